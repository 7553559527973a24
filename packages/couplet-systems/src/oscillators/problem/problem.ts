/** The problem file of `couplet systems oscillators`. */
import { validated, record } from "couplet/kit";
import * as v from "valibot";
import { count, name, number, positive, range, type Range } from "../../problem/fields.ts";
import type { LayerBridge, OscillatorLayer } from "../spec.ts";

/** A problem of coupled oscillators. */
export interface OscillatorsProblem {
  readonly title?: string;
  readonly layers: readonly OscillatorLayer[];
  readonly between?: readonly LayerBridge[];
  /** End time of each run, in the unit of time of the frequencies; default 100. */
  readonly until?: number;
  /** Points of time; default 201. */
  readonly points?: number;
  /** Order and frequencies over factors on all couplings; false leaves it out. Default 0 to 2 in 21 points. */
  readonly sweep?:
    | false
    | {
        readonly scales: Range | readonly number[];
        /** End time of its runs; default `until`. */
        readonly until?: number;
      };
}

const strength = v.pipe(v.number(), v.finite(), v.minValue(0));
const position = count(0, 1_000_000);
const frequencies = v.lazy((input) =>
  Array.isArray(input)
    ? v.pipe(v.array(number), v.minLength(1))
    : record({
        law: v.picklist(["normal", "lorentz", "uniform"]),
        centre: number,
        width: positive,
        count: count(1, 100_000),
      }),
);
const link = v.lazy((input) =>
  Array.isArray(input) && input.length === 3
    ? v.tuple([position, position, strength])
    : v.tuple([position, position]),
);

const schema = record({
  title: v.optional(name),
  layers: v.pipe(
    v.array(
      record({
        name,
        frequencies: frequencies as v.GenericSchema,
        coupling: v.optional(
          v.variant("kind", [
            record({ kind: v.literal("complete"), strength }),
            record({ kind: v.literal("links"), strength, links: v.array(link) }),
          ]),
        ),
      }),
    ),
    v.minLength(1),
  ),
  between: v.optional(
    v.array(
      record({
        layers: v.tuple([name, name]),
        kind: v.picklist(["matched", "complete"]),
        strength,
      }),
    ),
  ),
  until: v.optional(positive),
  points: v.optional(count(3, 100_000)),
  sweep: v.optional(
    v.lazy((input) =>
      typeof input === "boolean"
        ? v.literal(false)
        : record({ scales: range, until: v.optional(positive) }),
    ) as v.GenericSchema,
  ),
});

/**
 * Reads a problem of coupled oscillators from plain data.
 * @throws CoupletError SPEC_INVALID naming the path in the file
 */
export function parseOscillatorsProblem(value: unknown, where = "problem"): OscillatorsProblem {
  return validated(schema as v.GenericSchema<unknown, unknown>, value, where) as OscillatorsProblem;
}

/** Two pendulum clocks on one beam: K is the factor times 0.2, and their frequencies differ by 0.1. */
export const pendulumsExample: OscillatorsProblem = {
  title:
    "Two pendulum clocks on one beam keep one time as soon as their coupling exceeds their difference",
  layers: [
    { name: "left clock", frequencies: [2] },
    { name: "right clock", frequencies: [2.1] },
  ],
  between: [{ layers: ["left clock", "right clock"], kind: "matched", strength: 0.1 }],
  until: 120,
  points: 401,
  sweep: { scales: { from: 0, to: 1, points: 41 }, until: 6000 },
};

/** Two meadows of fireflies that see each other a little. */
export const firefliesExample: OscillatorsProblem = {
  title:
    "Fireflies of two meadows begin to flash together at a coupling that one eigenvalue tells beforehand",
  layers: [
    {
      name: "calm meadow",
      frequencies: { law: "normal", centre: 6, width: 0.4, count: 300 },
      coupling: { kind: "complete", strength: 0.8 },
    },
    {
      name: "wild meadow",
      frequencies: { law: "normal", centre: 6, width: 0.8, count: 300 },
      coupling: { kind: "complete", strength: 0.8 },
    },
  ],
  between: [{ layers: ["calm meadow", "wild meadow"], kind: "complete", strength: 0.2 }],
  until: 60,
  points: 121,
  sweep: { scales: { from: 0, to: 2, points: 21 } },
};

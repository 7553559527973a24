/** Numbers of a problem that a sweep or a map varies. */
import { CoupletError, record } from "couplet/kit";
import * as v from "valibot";
import { name, range, type Range } from "./fields.ts";
import { atPath, placeOf, setPath } from "./set-path.ts";

/** A number to vary, by its path: "couplings[0].exchange", "layers[1].thickness", "stackCurvature". */
export interface Vary {
  /** One path, or several that get the same value. */
  readonly path: string | readonly string[];
  readonly values: Range | readonly number[];
  /** Its name in pictures; default the path. */
  readonly label?: string;
}

/** Fields of a {@link Vary}. */
export const varyFields: {
  readonly path: v.GenericSchema;
  readonly values: typeof range;
  readonly label: v.GenericSchema<string | undefined>;
} = {
  path: v.lazy((input) =>
    Array.isArray(input) ? v.pipe(v.array(name), v.minLength(1)) : name,
  ) as v.GenericSchema,
  values: range,
  label: v.optional(v.string()) as v.GenericSchema<string | undefined>,
};

/** A map over two numbers. */
export const varyTwo: v.GenericSchema = record({ x: record(varyFields), y: record(varyFields) });

/** The name of a varied number. */
export const labelOfVary = ({ label, path }: Vary): string =>
  label ?? (typeof path === "string" ? path : path.join(", "));

/**
 * A copy of plain data with the varied numbers set.
 *
 * @param what what the paths start from, in messages: "the stack"
 * @throws CoupletError SPEC_INVALID for a path that leads nowhere, or to something other than a number, and for a number that two
 *   changes set
 */
export function withNumbers<T>(
  root: T,
  changes: readonly (readonly [Vary, number])[],
  what: string,
): T {
  const places = changes.flatMap(([{ path }, value]) =>
    (typeof path === "string" ? [path] : path).map((one) => [one, value] as const),
  );
  let changed = root;
  const set = new Set<string>();
  for (const [path, value] of places) {
    const place = placeOf(path);
    if (set.has(place)) {
      throw new CoupletError({
        code: "SPEC_INVALID",
        where: `path "${path}"`,
        expected: "numbers that are varied once",
        received: "the same number twice",
      });
    }
    set.add(place);
    const old = atPath(changed, path);
    // setPath rejects a path that leads nowhere; any other value at the path is not a number.
    changed = setPath(changed, path, value, `path "${path}"`);
    if (typeof old !== "number") {
      throw new CoupletError({
        code: "SPEC_INVALID",
        where: `path "${path}"`,
        expected: `a number in ${what}`,
        received: JSON.stringify(old),
      });
    }
  }
  return changed;
}

/** p(x) and evidence against laws whose marginals are known. */
import { describe, expect, it } from "vitest";
import type { FlowModel } from "../flow/model/model.ts";
import { logNormalDensity } from "../statistics/normal.ts";
import { logIntegrals } from "./axis-integral.ts";
import { evidence } from "./evidence.ts";

const logNormal = (x: number, centre: number, deviation: number): number =>
  logNormalDensity((x - centre) / deviation) - Math.log(deviation);

/** x ~ N(c, s^2) given c ~ N(0, 1) in each of so many variables: p(x) = N(0, 1 + s^2). */
function conditional(s: number, dims: number): FlowModel<boolean> {
  return {
    spec: { dims },
    logProb: async (x: Float64Array, { context }: { context: Float64Array }) =>
      Float64Array.from({ length: x.length / dims }, (_, i) => {
        let sum = 0;
        for (let j = i * dims; j < (i + 1) * dims; j++) sum += logNormal(x[j]!, context[j]!, s);
        return sum;
      }),
  } as unknown as FlowModel<boolean>;
}

/** The same as a law of rows (x, c). */
function joint(s: number): FlowModel<boolean> {
  return {
    spec: { dims: 2 },
    logProb: async (rows: Float64Array) =>
      Float64Array.from({ length: rows.length / 2 }, (_, i) => {
        const c = rows[2 * i + 1]!;
        return logNormal(rows[2 * i]!, c, s) + logNormal(c, 0, 1);
      }),
  } as unknown as FlowModel<boolean>;
}

const known = (x: number, wanted: number, s: number): number =>
  logNormal(x, wanted, s) - logNormal(x, 0, Math.sqrt(1 + s * s));

describe.each([3, 0.3, 0.02, 0.002])("a law of deviation %f given the property", (s) => {
  // Rows that have the wanted property, nearly have it, have others, and one far out.
  const wanted = 1.3;
  const rows = Float64Array.from([wanted, wanted + 2 * s, wanted - 3 * s, 0.1, -2.2, 4.6]);

  it("has the known evidence, in the context", async () => {
    const found = await evidence(
      conditional(s, 1),
      rows,
      {
        inRows: false,
        places: [0],
        wanted: [wanted],
        context: Float64Array.of(wanted),
        coordinateOf: () => 0,
      },
      undefined,
    );
    // To a thousandth of a nat, or of the largest numbers' 1e-9.
    found.forEach((value, r) => {
      const truth = known(rows[r]!, wanted, s);
      expect(Math.abs(value - truth)).toBeLessThan(1e-3 + 1e-9 * Math.abs(truth));
    });
  });

  it("has it in the rows", async () => {
    const pairs = Float64Array.from(rows).reduce<number[]>((all, x) => [...all, x, wanted], []);
    const found = await evidence(
      joint(s),
      Float64Array.from(pairs),
      {
        inRows: true,
        places: [1],
        wanted: [wanted],
        context: new Float64Array(0),
        coordinateOf: () => 0,
      },
      undefined,
    );
    found.forEach((value, r) => {
      const truth = known(rows[r]!, wanted, s);
      expect(Math.abs(value - truth)).toBeLessThan(1e-3 + 1e-9 * Math.abs(truth));
    });
  });
});

it("of two properties has the known evidence to a few hundredths where rows have them", async () => {
  for (const s of [1, 0.2, 0.05]) {
    const wanted = [0.8, -1.1];
    const rows = Float64Array.from([0.8, -1.1, 0.8 + s, -1.1 - s, 0.8, -1.1 + 1.5 * s]);
    const found = await evidence(
      conditional(s, 2),
      rows,
      {
        inRows: false,
        places: [0, 1],
        wanted,
        context: Float64Array.from(wanted),
        coordinateOf: () => 0,
      },
      undefined,
    );
    found.forEach((value, r) => {
      const truth = known(rows[2 * r]!, wanted[0]!, s) + known(rows[2 * r + 1]!, wanted[1]!, s);
      expect(Math.abs(value - truth)).toBeLessThan(0.05);
    });
  }
});

it("integrates a row of density 0 to -Infinity", async () => {
  const found = await logIntegrals(1, [-1, 0, 1], async (rows) =>
    new Float64Array(rows.length).fill(-Infinity),
  );
  expect(found[0]).toBe(-Infinity);
});

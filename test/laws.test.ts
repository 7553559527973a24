/** What every flow must satisfy, over the table of specs. */
import { createModel, FlowModel, modelToBytes } from "couplet";
import type { FlowSpec } from "couplet";
import { describe, expect, it } from "vitest";
import { normals } from "./random.ts";
import { specs } from "./specs.ts";

const ROWS = 37;

async function perturbed(
  spec: FlowSpec,
  device: "cpu" | "reference",
  scale = 0.3,
): Promise<FlowModel> {
  const model = await createModel(spec, { device, threads: 2, blas: false });
  const noise = normals(model.parameters.length, 11, scale);
  model.setParameters(model.parameters.map((value, i) => value + noise[i]!));
  return model;
}

function given(spec: FlowSpec, rows = ROWS): [] | [{ context: Float64Array }] {
  return spec.context === 0 ? [] : [{ context: normals(rows * spec.context, 5) }];
}

function worst(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

/** Layers that are the identity at birth but for the order of the variables. */
const permutes = new Set(["permutation", "squeeze", "factorOut", "invertibleConvolution"]);

describe.each(Object.entries(specs))("%s", (_name, spec) => {
  const x = normals(ROWS * spec.dims, 3);

  it("is the identity at birth, with logDet 0", async () => {
    const permuting = spec.layers.some(({ kind }) => permutes.has(kind));
    for (const device of ["cpu", "reference"] as const) {
      const model = await createModel(spec, { device, threads: 1 });
      const { z, logDet } = await model.encode(x, ...given(spec));
      const sorted = (row: ArrayLike<number>) =>
        permuting ? Array.from(row).sort((a, b) => a - b) : Array.from(row);
      for (let r = 0; r < ROWS; r++) {
        const slice = (values: Float64Array) =>
          sorted(values.subarray(r * spec.dims, (r + 1) * spec.dims));
        // float32 input is the only rounding; splines add a few units in the last place.
        expect(worst(slice(z), slice(x))).toBeLessThan(device === "cpu" ? 2e-6 : 1e-12);
      }
      expect(worst(logDet, new Float64Array(ROWS))).toBeLessThan(device === "cpu" ? 1e-5 : 1e-12);
      model.dispose();
    }
  });

  it("inverts itself, and both directions agree on logDet", async () => {
    const exact = await perturbed(spec, "reference");
    const there = await exact.encode(x, ...given(spec));
    const back = await exact.decode(there.z, ...given(spec));
    // The contract: float64 under 1e-10.
    expect(worst(back.x, x)).toBeLessThan(1e-10);
    expect(worst(back.logDet, there.logDet)).toBeLessThan(1e-9);
    const fast = await perturbed(spec, "cpu", 0.1);
    const z = (await fast.encode(x, ...given(spec))).z;
    // float32: seven digits, of which random parameters (steep bins, uneven linear maps) cost three.
    expect(worst((await fast.decode(z, ...given(spec))).x, x)).toBeLessThan(1e-3);
    exact.dispose();
    fast.dispose();
  });

  it("has the log-determinant of its numerical Jacobian", async () => {
    const model = await perturbed(spec, "reference");
    const { dims } = spec;
    const row = normals(dims, 21, 0.7);
    // Central differences: error h^2, with rounding 1e-16 / h.
    const h = 1e-6;
    const shifted = new Float64Array(2 * dims * dims);
    for (let j = 0; j < dims; j++) {
      for (const [k, step] of [h, -h].entries()) {
        shifted.set(row, (2 * j + k) * dims);
        shifted[(2 * j + k) * dims + j]! += step;
      }
    }
    const context =
      spec.context === 0
        ? []
        : ([{ context: new Float64Array(2 * dims * spec.context).fill(0.4) }] as const);
    const { z } = await model.encode(shifted, ...(context as []));
    const jacobian = Array.from({ length: dims }, (_, j) =>
      Array.from(
        { length: dims },
        (_, i) => (z[2 * j * dims + i]! - z[(2 * j + 1) * dims + i]!) / (2 * h),
      ),
    );
    const one =
      spec.context === 0 ? [] : ([{ context: new Float64Array(spec.context).fill(0.4) }] as const);
    const { logDet } = await model.encode(row, ...(one as []));
    expect(logDet[0]!).toBeCloseTo(logAbsDet(jacobian), 5);
    model.dispose();
  });

  it("computes in float32 what the reference computes in float64", async () => {
    const exact = await perturbed(spec, "reference");
    const fast = await perturbed(spec, "cpu");
    const a = await exact.logProb(x, ...given(spec));
    const b = await fast.logProb(x, ...given(spec));
    // Relative to the size of the numbers: float32 keeps seven digits, layers and steep bins cost two or three.
    for (let r = 0; r < ROWS; r++) {
      if (a[r] === -Infinity) expect(b[r]).toBe(-Infinity);
      else expect(Math.abs(a[r]! - b[r]!)).toBeLessThan(2e-3 * Math.max(1, Math.abs(a[r]!)));
    }
    exact.dispose();
    fast.dispose();
  });

  it("gives each row the same numbers alone, in a batch, and on any number of threads", async () => {
    const model = await perturbed(spec, "cpu");
    const all = await model.logProb(x, ...given(spec));
    const context = given(spec)[0]?.context;
    const alone = await model.logProb(
      x.subarray(0, spec.dims),
      ...((context === undefined
        ? []
        : [{ context: context.subarray(0, spec.context as number) }]) as []),
    );
    // One row and 37 rows take different paths through a matrix product: the last digits may differ.
    expect(Math.abs(alone[0]! - all[0]!)).toBeLessThan(1e-4);
    const one = await createModel(spec, { threads: 1, blas: false });
    one.setParameters(model.parameters);
    expect([...(await one.logProb(x, ...given(spec)))]).toEqual([...all]);
    model.dispose();
    one.dispose();
  });

  it("samples what it says: encoded, samples are draws of the base, and logProb is its density there and logDet", async () => {
    const model = await perturbed(spec, "cpu", 0.1);
    const rows = 2000;
    const draw = (seed: number) =>
      model.sample(rows, { seed, ...given(spec, rows)[0] } as { seed: number });
    const sample = await draw(4);
    expect(await draw(4)).toEqual(sample);
    expect(worst(sample, await draw(5))).toBeGreaterThan(0.01);
    const { z, logDet } = await model.encode(sample, ...given(spec, rows));
    const density = await model.logProb(sample, ...given(spec, rows));
    const base = knownBase(spec);
    if (base === undefined) expect(density.every(Number.isFinite)).toBe(true);
    else {
      const mean = z.reduce((sum, v) => sum + v, 0) / z.length;
      const square = z.reduce((sum, v) => sum + v * v, 0) / z.length;
      // Five standard errors. The square of a normal number has a deviation of sqrt(2), that of a uniform one less.
      expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(base.variance / z.length));
      expect(Math.abs(square / base.variance - 1)).toBeLessThan(5 * Math.sqrt(2 / z.length));
      for (let r = 0; r < rows; r++) {
        const expected =
          base.logDensity(z.subarray(r * spec.dims, (r + 1) * spec.dims)) + logDet[r]!;
        // The same float32 z; sums in float64.
        expect(Math.abs(density[r]! - expected)).toBeLessThan(
          1e-4 * Math.max(1, Math.abs(expected)),
        );
      }
    }
    model.dispose();
  });

  it("survives its file bit by bit", async () => {
    const model = await perturbed(spec, "cpu");
    const copy = await FlowModel.fromBytes(modelToBytes(model), { threads: 2, blas: false });
    expect(copy.spec).toEqual(spec);
    expect([...(await copy.logProb(x, ...(given(spec) as [])))]).toEqual([
      ...(await model.logProb(x, ...given(spec))),
    ]);
    model.dispose();
    copy.dispose();
  });
});

/** Variance and density of a base without parameters of its own. */
function knownBase({ base, dims }: FlowSpec) {
  if (base.kind === "gaussian" && !base.learned) {
    const logDensity = (z: Float64Array) =>
      z.reduce((sum, v) => sum - 0.5 * v * v, -0.5 * dims * Math.log(2 * Math.PI));
    return { variance: 1, logDensity };
  }
  if (base.kind === "uniform") {
    const { bound } = base;
    return { variance: bound ** 2 / 3, logDensity: () => -dims * Math.log(2 * bound) };
  }
  return undefined;
}

/** Gaussian elimination with pivoting. */
function logAbsDet(matrix: number[][]): number {
  const a = matrix.map((row) => [...row]);
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    let pivot = k;
    for (let i = k; i < a.length; i++) if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    [a[k], a[pivot]] = [a[pivot]!, a[k]!];
    sum += Math.log(Math.abs(a[k]![k]!));
    for (let i = k + 1; i < a.length; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < a.length; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return sum;
}

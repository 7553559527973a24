/** A finite row has a log-density that is a number or -Infinity, in every spec, scale, base and device. */
import { createModel } from "couplet";
import type { FlowSpec } from "couplet";
import { affine, alternating, coupling, flow, gaussian, mlp, repeat, studentT } from "couplet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normals } from "./random.ts";
import { specs as table } from "./specs.ts";

/** Networks without saturation, whose log-scales grow with the rows. */
const exponential = (base: FlowSpec["base"]) =>
  flow({
    dims: 4,
    base,
    layers: repeat(4, (i) =>
      coupling({
        mask: alternating(i),
        transform: affine({ scale: "exp" }),
        conditioner: mlp({ width: 8 }),
      }),
    ),
  });

const specs: Readonly<Record<string, FlowSpec>> = {
  ...table,
  "affine exp, ReLU, Gaussian base": exponential(gaussian()),
  "affine exp, ReLU, Student-t base": exponential(studentT()),
};

/** Every size of double, the largest included; small ones are as likely as huge ones. */
const anySize = fc
  .tuple(fc.double({ min: -308, max: 308.25, noNaN: true }), fc.constantFrom(-1, 1, 0))
  .map(([exponent, sign]) => sign * 10 ** exponent)
  .filter(Number.isFinite);
const value = fc.oneof(
  anySize,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -100, max: 100, noNaN: true }),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 3.4e38, 1e19, Number.MIN_VALUE, 0),
);

describe.each(["cpu", "reference"] as const)("%s", (device) => {
  it.each(Object.entries(specs))("%s", async (_name, spec) => {
    using model = await createModel(spec, { device, threads: 1, blas: false });
    const noise = normals(model.parameters.length, 11, 0.3);
    model.setParameters(model.parameters.map((parameter, i) => parameter + noise[i]!));
    const ROWS = 40;
    const width = spec.dims + spec.context;
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: ROWS * width, maxLength: ROWS * width }),
        async (values) => {
          const rows = Float64Array.from(values.slice(0, ROWS * spec.dims));
          const context = Float64Array.from(values.slice(ROWS * spec.dims));
          const options = spec.context === 0 ? [] : ([{ context }] as const);
          const logProb = await model.logProb(rows, ...(options as []));
          for (const density of logProb) expect(density).toBeLessThan(Infinity);
        },
      ),
      { numRuns: device === "cpu" ? 10 : 4, seed: 20 },
    );
  });
});

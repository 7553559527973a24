import { describe, expect, it } from "vitest";
import { createModel, neuralSpline, realNvp } from "couplet";
import { columns, dense, product, scaled, sum } from "couplet/engine";
import { runReference } from "../engine/device/reference/run.ts";
import { GraphBuilder } from "../engine/graph.ts";
import { philoxNormal } from "../random/philox.ts";
import { fitEnergy, graphEnergy, rowTotal } from "couplet/energy";
import type { Energy, EnergyEvent, EnergyGraph } from "couplet/energy";
import { baseNoise } from "../flow/parts/base/base.ts";
import { decodeWithGradient } from "../flow/gradient.ts";
import { lowerObjective } from "../train/objective.ts";
import { reverseKl } from "../train/objectives/reverse-kl.ts";
import { lowerPooledReverseKl, pooledFeeds } from "./pooled-graph.ts";
import { latticeField } from "./targets/lattice.ts";
import { manyWell } from "./targets/wells.ts";

const manyWellGraph =
  (pairs: number): EnergyGraph =>
  (b, rows) => {
    const every = (from: number) => Array.from({ length: pairs }, (_, k) => 2 * k + from);
    const [x, y] = [columns(b, rows, every(0)), columns(b, rows, every(1))];
    const square = product(b, x, x);
    return rowTotal(
      b,
      product(b, square, square),
      scaled(b, square, -6),
      scaled(b, x, -0.5),
      scaled(b, product(b, y, y), 0.5),
    );
  };

/** phi^4: the square of each step to the neighbours below and to the right, as columns in another order. */
const latticeGraph =
  (size: number, m2 = -4, lambda = 8): EnergyGraph =>
  (b, phi) => {
    const moved = (down: number, right: number) =>
      columns(
        b,
        phi,
        Array.from({ length: size * size }, (_, n) => {
          const [i, j] = [Math.floor(n / size), n % size];
          return ((i + down) % size) * size + ((j + right) % size);
        }),
      );
    const steps = [moved(1, 0), moved(0, 1)].map((there) => {
      const step = sum(b, phi, scaled(b, there, -1));
      return product(b, step, step);
    });
    const square = product(b, phi, phi);
    return rowTotal(
      b,
      ...steps,
      scaled(b, square, m2),
      scaled(b, product(b, square, square), lambda),
    );
  };

const pairs: readonly (readonly [string, number, Energy, EnergyGraph])[] = [
  ["the double well", 2, manyWell(1).energy, manyWellGraph(1)],
  ["the many-well", 8, manyWell(4).energy, manyWellGraph(4)],
  ["a field on a lattice", 16, latticeField({ size: 4 }).energy, latticeGraph(4)],
];

describe.each(pairs)("%s of engine ops", (_name, dims, energy, graph) => {
  it("has the numbers of the function", async () => {
    const count = 300;
    const rows = Float64Array.from({ length: count * dims }, (_, i) =>
      philoxNormal({ seed: 5, row: i }),
    );
    const batch = { count, dims, context: undefined };
    const wanted = await energy(rows, batch);
    const found = await graphEnergy(graph)(rows, batch);
    for (const name of ["u", "grad"] as const)
      for (const [i, value] of Array.from(wanted[name]).entries())
        // Rounding in float64 of sums of a few dozen terms.
        expect(Math.abs(found[name][i]! - value)).toBeLessThan(1e-12 * (10 + Math.abs(value)));
  });
});

describe("the program of a step", () => {
  const cases = [
    { name: "in one unit", scale: [1.5, 1.5], shift: [0, 0], share: 0, context: 0 },
    { name: "in units of each column", scale: [1.5, 0.7], shift: [0.3, -1], share: 0, context: 0 },
    { name: "with data and contexts", scale: [1, 1], shift: [0, 0], share: 0.3, context: 1 },
  ];

  it.each(cases)("has the gradient of draws and forces, $name", async (how) => {
    const { share: dataShare, context: contextDims } = how;
    const units = { scale: how.scale, shift: how.shift };
    const spec = realNvp({ dims: 2, width: 6, couplings: 3, context: contextDims });
    using model = await createModel(spec, { threads: 1 });
    const parameters = Float64Array.from(
      { length: model.layout.count },
      (_, i) => 0.3 * Math.sin(7 * i + 1),
    );
    const rows = 32;
    const run = { rows, row0: 0, seed: [1, 2] as const, step: 5, training: true };
    const tensor = (cols: number, at: (r: number, j: number) => number) => ({
      rows,
      cols,
      data: Float64Array.from({ length: rows * cols }, (_, i) =>
        at(Math.floor(i / cols), i % cols),
      ),
    });
    const noise = (seed: number) => (r: number, j: number) =>
      philoxNormal({ seed, row: 10 * r + j });
    const temperature = 2.5;
    const build: EnergyGraph = (b, x, c) => {
      const u = manyWellGraph(1)(b, x, undefined);
      return c === undefined ? u : rowTotal(b, u, product(b, c, columns(b, x, [1])));
    };
    const feeds = {
      one: tensor(1, () => 1),
      beta: tensor(1, () => 1 / temperature),
      unitScale: tensor(2, (_, j) => units.scale[j]!),
      unitShift: tensor(2, (_, j) => units.shift[j]!),
      latentContext: tensor(1, noise(1)),
      ownContext: tensor(1, noise(2)),
      rows: tensor(2, noise(3)),
      context: tensor(1, noise(4)),
      cotangent: tensor(1, (r) => 0.01 * (r + 1)),
    };
    const task = { energy: build, units, dataShare };
    expect(
      Object.keys(pooledFeeds({ dims: 2, context: contextDims }, task)).every((name) =>
        Object.hasOwn(feeds, name),
      ),
    ).toBe(true);
    const pooled = runReference(
      lowerPooledReverseKl(model.spec, model.layout, task),
      parameters,
      feeds,
      run,
    );
    // The same draws, their energies by the function, and the objective that is fed with both.
    const b = new GraphBuilder(model.layout);
    const one = b.input("one", { kind: "perRow" });
    const context =
      contextDims === 0 ? undefined : b.input("latentContext", { kind: "rows", cols: 1 });
    const latent = baseNoise(b, model.spec.base, 2, one);
    const drawn = decodeWithGradient(b, model.spec, latent, context, one);
    for (const [name, value] of Object.entries({ ...drawn, latent })) b.output(name, value);
    const { outputs } = runReference(b.finish(), parameters, feeds, run);
    const x = outputs.get("x")!.data;
    const user = Float64Array.from(x, (v, i) => v * units.scale[i % 2]! + units.shift[i % 2]!);
    const own = contextDims === 0 ? undefined : Float64Array.from(feeds.ownContext.data);
    const values = await withContext(user, { count: rows, dims: 2, context: own });
    const force = tensor(2, (r, j) => {
      const i = 2 * r + j;
      return outputs.get("gradient")!.data[i]! + (values.grad[i]! * units.scale[j]!) / temperature;
    });
    const fed = runReference(
      lowerObjective(reverseKl(dataShare), model.spec, model.layout).trainingGraph({
        memory: "store",
      }),
      parameters,
      { ...feeds, latent: outputs.get("latent")!, force },
      run,
    );
    const size = Math.max(...fed.gradients.map(Math.abs));
    expect(size).toBeGreaterThan(1e-2);
    for (const [i, g] of fed.gradients.entries())
      expect(Math.abs(pooled.gradients[i]! - g)).toBeLessThan(1e-11 * size);
    const loss = pooled.outputs.get("loss")!.data;
    for (let r = 0; r < rows; r++) {
      const kl = outputs.get("logProb")!.data[r]! + values.u[r]! / temperature;
      expect(Math.abs(loss[r]! - kl)).toBeLessThan(1e-11 * (1 + Math.abs(kl)));
    }
  });

  /** The double well, and the product of the context with the second variable. */
  const withContext: Energy = (rows, { count, context }) => {
    const u = new Float64Array(count);
    const grad = new Float64Array(2 * count);
    for (let r = 0; r < count; r++) {
      const [x, y, c] = [rows[2 * r]!, rows[2 * r + 1]!, context?.[r] ?? 0];
      u[r] = x ** 4 - 6 * x ** 2 - x / 2 + y ** 2 / 2 + c * y;
      grad.set([4 * x ** 3 - 12 * x - 0.5, y + c], 2 * r);
    }
    return { u, grad };
  };
});

describe("training in the pool", () => {
  const spec = neuralSpline({ dims: 2, width: 24, couplings: 4 });
  const quick = {
    steps: 40,
    batch: 128,
    evaluationRows: 500,
    evaluateEvery: 20,
    threads: 1,
    seed: 3,
  };

  it("gets log Z within its error, both wells", async () => {
    const kls: number[] = [];
    using model = await fitEnergy(spec, graphEnergy(manyWellGraph(1)), {
      steps: 400,
      batch: 256,
      learningRate: 3e-3,
      temperature: { start: 4 },
      threads: 1,
      units: { scale: 1.5 },
      onEvent: (event: EnergyEvent) => {
        if (event.type === "progress" && event.temperature === 1) kls.push(event.reverseKl);
      },
    });
    const { evaluation } = model.records["energy"] as {
      evaluation: { logZ: number; logZError: number; essShare: number };
    };
    expect(Math.abs(evaluation.logZ - manyWell(1).logZ!)).toBeLessThan(4 * evaluation.logZError);
    // An untrained flow has a tenth.
    expect(evaluation.essShare).toBeGreaterThan(0.6);
    // KL(q || p) - log Z, by the program's own loss.
    expect(Math.abs(kls.at(-1)! + manyWell(1).logZ!)).toBeLessThan(0.5);
    const draws = await model.sample(4000, { seed: 1 });
    const left = draws.filter((x, i) => i % 2 === 0 && x < 0).length / 4000;
    expect(Math.abs(left - 0.156)).toBeLessThan(0.08);
  });

  it("gives the same bits again, and after a stop and a resume", async () => {
    const energy = graphEnergy(manyWellGraph(1));
    const options = { ...quick, temperature: { start: 3 } };
    using whole = await fitEnergy(spec, energy, options);
    const saves: Uint8Array[] = [];
    const stop = new AbortController();
    using stopped = await fitEnergy(spec, energy, {
      ...options,
      checkpoint: { everySeconds: 3600, save: (bytes: Uint8Array) => void saves.push(bytes) },
      stop: stop.signal,
      onEvent: (event: EnergyEvent) => {
        if (event.type === "evaluation") stop.abort();
      },
    });
    expect(stopped.parameters).not.toEqual(whole.parameters);
    using resumed = await fitEnergy(spec, energy, { ...options, resume: saves.at(-1)! });
    expect(resumed.parameters).toEqual(whole.parameters);
  });

  it("ends where no step has a finite gradient", async () => {
    const infinite = graphEnergy((b, x) => rowTotal(b, scaled(b, scaled(b, x, 1e30), 1e30)));
    await expect(fitEnergy(spec, infinite, quick)).rejects.toMatchObject({ code: "DIVERGED" });
  });

  it("can be aborted between two slices of steps", async () => {
    const abort = new AbortController();
    await expect(
      fitEnergy(spec, graphEnergy(manyWellGraph(1)), {
        ...quick,
        steps: 1_000_000,
        signal: abort.signal,
        onEvent: (event: EnergyEvent) => {
          if (event.type === "progress") abort.abort(new Error("enough"));
        },
      }),
    ).rejects.toThrow("enough");
  });

  it("refuses what a graph cannot have", async () => {
    const whole = graphEnergy((_b, x) => x);
    await expect(fitEnergy(spec, whole, quick)).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
      message: expect.stringContaining("got one of 2 columns"),
    });
    const nothing = graphEnergy((() => undefined) as unknown as EnergyGraph);
    await expect(fitEnergy(spec, nothing, quick)).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
    const network = graphEnergy((b, x) => rowTotal(b, dense(b, x, { outputs: 3 })));
    await expect(fitEnergy(spec, network, quick)).rejects.toMatchObject({
      code: "NOT_SUPPORTED",
      where: "graphEnergy: energy.weight",
    });
    await expect(
      fitEnergy(spec, graphEnergy(manyWellGraph(1)), { ...quick, clip: 100 }),
    ).rejects.toMatchObject({ code: "NOT_SUPPORTED", where: "fitEnergy: clip" });
    const constant = graphEnergy((b, x) => rowTotal(b, scaled(b, x, 0)));
    const { grad } = await constant(new Float64Array(2), { count: 1, dims: 2, context: undefined });
    expect(Array.from(grad)).toEqual([0, 0]);
  });
});

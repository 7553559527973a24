/** A second objective goes through the same loop: weighted squared error of a conditioner, with labels as a feed. */
import { mlp } from "couplet";
import { afterAll, describe, expect, it } from "vitest";
import { dense, sum } from "../engine/build.ts";
import { scaled } from "../engine/build-more.ts";
import { openDevice } from "../engine/device/open.ts";
import { runReference } from "../engine/device/reference/run.ts";
import { layoutOf } from "../engine/graph.ts";
import { gaussianLogProb } from "../engine/ops/gaussian-base/op.ts";
import { scalePerRow } from "../engine/ops/sum-per-row/op.ts";
import { initialParameters } from "../flow/initial.ts";
import { Runner } from "../flow/model/runner.ts";
import { conditioners } from "../flow/parts/conditioner/conditioner.ts";
import { normals } from "../../../../test/random.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { TrainingLoop } from "./loop.ts";
import { lowerLoss, lowerObjective, lowerTraining } from "./objective.ts";
import type { Objective } from "./objective.ts";
import { settingsFor } from "./options.ts";
import type { TrainOptions } from "./options.ts";
import type { Task, Trainee } from "./task.ts";

interface Regression {
  readonly inputs: number;
  readonly dropout: number;
}

/** |f(rows) - labels|^2 + log(2 pi): the Gaussian's log-density, times -2, of one column. */
const squaredError: Objective<Regression> = {
  name: "squaredError",
  feeds: ({ inputs }) => ({ rows: inputs, labels: 1 }),
  loss(b, { dropout }, { rows, labels }) {
    const conditioner = mlp({ width: 32, depth: 2, activation: "tanh", dropout });
    const place = { positions: [0, 1], shape: [2], context: 0 };
    const features = b.within("network", () =>
      conditioners.of(conditioner).build(b, rows!, conditioner, place),
    );
    const predicted = b.within("head", () => dense(b, features, { outputs: 1 }));
    const error = sum(b, predicted, scaled(b, labels!, -1));
    const density = b.emitOne(gaussianLogProb, [error], { variables: 1 });
    return b.emitOne(scalePerRow, [density], { factor: -2 });
  },
};

/** y = x0 x1 where weights are 1; rows of weight 0 say the opposite. */
function regressionRows(count: number, seed: number) {
  const rows = Float32Array.from(normals(2 * count, seed));
  const weights = Float64Array.from({ length: count }, (_, i) => (i % 4 === 0 ? 0 : 4 / 3));
  const labels = Float32Array.from(
    { length: count },
    (_, i) => rows[2 * i]! * rows[2 * i + 1]! * (weights[i] === 0 ? -1 : 1),
  );
  return { rows: count, feeds: () => ({ rows, labels }), weights };
}

const device = await openDevice("cpu", { threads: 2, blas: false });
await device.prepareTraining();
afterAll(() => device.dispose());
const options: TrainOptions = { epochs: 30, batch: 64, learningRate: 1e-2, seed: 3 };
const settings = settingsFor(options, 800);

function makeTask(dropout: number): Task {
  const spec = { inputs: 2, dropout };
  const graph = lowerLoss(squaredError, spec);
  let parameters = initialParameters(graph, 1);
  const runner = new Runner(device, parameters);
  const trainee: Trainee = {
    layout: layoutOf(graph),
    parameterList: graph.parameters,
    runner,
    get parameters() {
      return parameters.slice();
    },
    setParameters(values) {
      parameters = Float32Array.from(values);
      runner.setParameters(parameters);
    },
  };
  return {
    trainee,
    objective: lowerObjective(squaredError, spec, trainee.layout),
    training: regressionRows(800, 1),
    validation: regressionRows(200, 2),
    lossOffset: -Math.log(2 * Math.PI),
  };
}

/** Trains to the end or to an abort after `stopAfter` epochs; gives the end and the last checkpoint. */
async function train(task: Task, from?: Uint8Array, stopAfter = Infinity) {
  const controller = new AbortController();
  let bytes: Uint8Array | undefined;
  const saved: Checkpoint | undefined =
    from === undefined ? undefined : readCheckpoint(from, "{}", task.trainee.layout.count);
  const checkpoint = { everySeconds: 1e6, save: (b: Uint8Array) => void (bytes = b) };
  const { signal } = controller;
  const loop = new TrainingLoop(
    task,
    settings,
    { signal, checkpoint },
    { fingerprint: "{}", saved },
  );
  const losses: number[] = [];
  try {
    await loop.validateStart();
    const start = loop.progress.best.validationLoss;
    for await (const event of loop.epochs()) {
      if (event.type !== "epoch") continue;
      losses.push(event.validationLoss);
      if (event.epoch === stopAfter) controller.abort();
    }
    return { start, losses, best: loop.best, progress: loop.progress, bytes };
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    return { start: NaN, losses, best: loop.best, progress: loop.progress, bytes };
  } finally {
    loop.dispose();
    task.trainee.runner.dispose();
  }
}

describe("an objective of one's own", () => {
  it("learns from labels and weights, and is validated without dropout", async () => {
    const { start, progress } = await train(makeTask(0.05));
    // Var(x0 x1) = 1, so a network that says nothing has loss 1; with the rows of weight 0 the best is 0.75.
    expect(start).toBeGreaterThan(0.8);
    expect(progress.best.validationLoss).toBeLessThan(0.2);
    expect(progress.best.validationLoss).toBeGreaterThanOrEqual(0);
  });

  it("goes on from a checkpoint to the same bits, dropout and all", async () => {
    const whole = await train(makeTask(0.2));
    const cut = await train(makeTask(0.2), undefined, 7);
    expect(cut.losses).toHaveLength(7);
    const resumed = await train(makeTask(0.2), cut.bytes);
    expect(resumed.best).toEqual(whole.best);
    expect([...cut.losses, ...resumed.losses]).toEqual(whole.losses);
  });

  it("has dropout in training and none in validation", () => {
    const spec = { inputs: 2, dropout: 0.5 };
    const layout = layoutOf(lowerLoss(squaredError, spec));
    const parameters = Float64Array.from(normals(layout.count, 4));
    const tensor = (cols: number, seed: number) => ({
      rows: 8,
      cols,
      data: normals(8 * cols, seed),
    });
    const inputs = { rows: tensor(2, 5), labels: tensor(1, 6), cotangent: tensor(1, 7) };
    const lossAt = (training: boolean, step: number) => {
      const graph = lowerTraining(squaredError, spec, layout, { memory: "store" });
      const run = { rows: 8, row0: 0, seed: [1, 2] as const, step, training };
      return runReference(graph, parameters, inputs, run).outputs.get("loss")!.data;
    };
    expect(lossAt(true, 1)).not.toEqual(lossAt(true, 2));
    expect(lossAt(false, 1)).toEqual(lossAt(false, 2));
  });
});

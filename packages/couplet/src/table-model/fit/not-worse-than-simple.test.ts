import { afterAll, describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../../random/philox.ts";
import { table } from "../../table/table.ts";
import { TableModel } from "../table-model.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import { fitTable } from "./fit-table.ts";
import { heldOutReport } from "./held-out-report.ts";
import { notWorseThanSimple } from "./not-worse-than-simple.ts";
import type { Reported } from "./not-worse-than-simple.ts";

const uniform = (row: number, stream: number): number => philoxUniform({ seed: 15, row, stream });
const normal = (row: number, stream: number): number => philoxNormal({ seed: 19, row, stream });
const rows = <T>(count: number, of: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => of(i));
const options = { threads: 1, blas: false, seed: 2 } as const;
const models: TableModel[] = [];
afterAll(() => models.forEach((model) => model.dispose()));

/** The bound from eight draws against the baselines' sixteen, where cells are discrete; rounding where none is. */
const OF_DRAWS = 0.01;
const scoreOf = ({ heldOut }: TableModel, name: string): number =>
  heldOut.baselines.find((baseline) => baseline.name === name)!.nats;

describe("a table that a simple model describes", () => {
  // Few rows choose the epoch here, and choose one that is 0.2 nats worse on the held-out rows than no training.
  it.each([
    [
      "independent marginals",
      {
        a: rows(120, (i) => [1, 2, 4][Math.floor(3 * uniform(i, 1))]!),
        b: rows(120, (i) => "xyzw"[Math.floor(4 * uniform(i, 2))]!),
        c: rows(120, (i) => Math.exp(philoxNormal({ seed: 16, row: i, stream: 3 }))),
      },
    ],
    [
      "Gaussian copula",
      {
        a: rows(200, (i) => normal(i, 4)),
        b: rows(200, (i) => 0.9 * normal(i, 4) + 0.3 * normal(i, 5)),
        c: rows(200, (i) => Math.exp(normal(i, 4) + normal(i, 6))),
      },
    ],
  ])("gets a model that is as good: %s", async (name, columns) => {
    const model = await fitTable(table(columns), {
      ...options,
      epochs: 30,
      learningRate: 0.01,
      smoothing: 0,
    });
    models.push(model);
    expect(model.heldOut.flow.nats).toBeGreaterThan(scoreOf(model, name) - OF_DRAWS);
    const { trained, flow } = model.heldOut;
    // The score of the trained flow is in the report, and in a file as well.
    expect(trained!.nats).toBeLessThan(flow.nats - 0.1);
    const again = await TableModel.fromBytes(model.toBytes());
    models.push(again);
    expect(again.heldOut).toEqual(model.heldOut);
  });

  it("reports the score of the trained flow, and keeps a flow of the user's own", async () => {
    // One odd row of 100 that the trained flow does not bear would decide its mean.
    const score = (nats: number, ofSimple: number, odd = nats): Reported => {
      const scores = new Float64Array(100).fill(nats, 0, 99).fill(odd, 99);
      const simple = [
        { name: "independent marginals", nats: new Float64Array(100).fill(ofSimple) },
      ];
      return { heldOut: heldOutReport(scores, simple), nats: scores, simple };
    };
    const disposed: string[] = [];
    const flowNamed = (name: string) =>
      ({ name, dispose: () => disposed.push(name) }) as unknown as FlowModel;
    const reported = async (flow: FlowModel): Promise<Reported> =>
      score((flow as unknown as { name: string }).name === "trained" ? -4.1 : -4, -4);
    const lossShift = { training: 0, validation: 0 };
    const simpler = async (which: string) => flowNamed(which);
    const found = await notWorseThanSimple(
      { flow: flowNamed("trained"), lossShift, simpler },
      reported,
    );
    expect(found.flow).toMatchObject({ name: "independent marginals" });
    expect(found.heldOut.trained!.nats).toBeCloseTo(-4.1);
    expect(disposed).toEqual(["trained"]);
    const own = await notWorseThanSimple({ flow: flowNamed("trained"), lossShift }, reported);
    expect(own.heldOut).not.toHaveProperty("trained");
    const better = await notWorseThanSimple(
      { flow: flowNamed("trained"), lossShift, simpler },
      async () => score(-3.9, -4),
    );
    expect(better.flow).toMatchObject({ name: "trained" });
    const same = await notWorseThanSimple(
      { flow: flowNamed("trained"), lossShift, simpler },
      async (flow) =>
        score((flow as unknown as { name: string }).name === "trained" ? -4 - 1e-8 : -4, -4),
    );
    expect(same.flow).toMatchObject({ name: "trained" });
    expect(same.heldOut).not.toHaveProperty("trained");
    const odd = await notWorseThanSimple(
      { flow: flowNamed("trained"), lossShift, simpler },
      async (flow) =>
        (flow as unknown as { name: string }).name === "trained"
          ? score(-3.9, -4, -1e5)
          : score(-4, -4),
    );
    expect(odd.heldOut.flow.nats).toBeLessThan(-1000);
    expect(odd.flow).toMatchObject({ name: "trained" });
  });

  it("keeps what training found where that is better", async () => {
    const columns = {
      a: rows(360, (i) => philoxNormal({ seed: 9, row: i, stream: 7 })),
      b: rows(360, (i) => philoxNormal({ seed: 9, row: i, stream: 7 }) ** 2 + 0.1 * normal(i, 8)),
    };
    const model = await fitTable(table(columns), { ...options, epochs: 60 });
    models.push(model);
    expect(model.heldOut).not.toHaveProperty("trained");
    expect(model.heldOut.flow.nats).toBeGreaterThan(scoreOf(model, "Gaussian copula") + 0.3);
  });
});

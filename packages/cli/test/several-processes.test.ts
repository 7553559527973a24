/** What the command does when a launcher of MPI or Slurm has started several of it: a fit is shared, other work is not done several times over. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openFittedWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
beforeAll(async () => {
  place = await openFittedWorkplace(csv(smallRows(60)));
});
afterAll(() => place.remove());

const launches = {
  "Open MPI": { OMPI_COMM_WORLD_RANK: "1", OMPI_COMM_WORLD_SIZE: "4" },
  MPICH: { PMI_RANK: "1", PMI_SIZE: "4" },
  "srun --mpi=pmix": { PMIX_RANK: "1", SLURM_STEP_NUM_TASKS: "4" },
};

describe("several processes", () => {
  it.each(Object.keys(launches))("score once, under %s", async (launcher) => {
    const { code, err, out } = await place.start(
      ["score", "good.couplet", "good.csv", "-o", "scores.csv"],
      { env: launches[launcher as keyof typeof launches] },
    );
    expect(err).toContain("rank 1 of 4: expected one process for couplet score, got 4 of them");
    expect([code, out, existsSync(place.path("scores.csv"))]).toEqual([1, "", false]);
  });

  it.each([
    ["sample", "good.couplet"],
    ["impute", "good.couplet", "good.csv"],
    ["report", "good.couplet", "--data", "good.csv"],
    ["study", "good.csv"],
    ["export", "good.couplet", "good.onnx"],
  ])("are refused by %s", async (verb, ...words) => {
    const { code, err } = await place.start([verb, ...words], { env: launches.MPICH });
    expect(err).toContain(`expected one process for couplet ${verb}`);
    expect(code).toBe(1);
  });

  it("score a part each, and each looks at a model", async () => {
    const env = launches["Open MPI"];
    const part = ["score", "good.couplet", "good.csv", "--shard", "2/4", "-o", "part-2.csv"];
    expect((await place.start(part, { env })).err).not.toContain("expected one process");
    expect(existsSync(place.path("part-2.csv"))).toBe(true);
    expect((await place.start(["inspect", "good.couplet"], { env })).code).toBe(0);
  });

  it("are no launch where there is one of them", async () => {
    const env = { PMI_RANK: "0", PMI_SIZE: "1" };
    expect((await place.start(["score", "good.couplet", "good.csv"], { env })).code).toBe(0);
  });

  it("are told of by a fit that Slurm started several times without an MPI", async () => {
    await writeFile(place.path("more.csv"), csv(smallRows(60)));
    const fit = ["fit", "more.csv", "--epochs", "1", "--force"];
    const env = (task: string) => ({ SLURM_STEP_NUM_TASKS: "3", SLURM_PROCID: task });
    const words = "each of the 3 tasks that srun has started fits a model by itself";
    expect((await place.start(fit, { env: env("0") })).err).toContain(words);
    expect((await place.start(fit, { env: env("1") })).err).not.toContain(words);
  });
});

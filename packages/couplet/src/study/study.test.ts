/** The depth study: equal budgets, honest comparison, and going on after a kill. */
import { describe, expect, it } from "vitest";
import { generator } from "../../../../test/random.ts";
import { cellSpec, parameterCount, sizedCell } from "./cell.ts";
import { estimate, impossibleRows, pairedDifference, rankCells } from "./compare-cells.ts";
import type { StudyEvent } from "./events.ts";
import type { JobResult } from "./job.ts";
import { keyOf } from "./journal.ts";
import type { StudyOptions, StudySettings } from "./options.ts";
import { everyRateDiverged, jobsOf } from "./rounds.ts";
import { study } from "./study.ts";

/** What a run that ended well leaves. */
function trialOf(scores: Float64Array, replaced = false): JobResult {
  return {
    status: "trained",
    validation: scores.reduce((sum, value) => sum + value, 0) / scores.length,
    replaced,
    scores,
    seconds: 1,
    scoringMicros: 1,
    logDet: [0, 0],
    inverseError: 0,
    skippedSteps: 0,
  };
}

/** Two moons: far from what one coupling can do. */
function moons(rows: number): Float64Array {
  const { uniform, normal } = generator(3);
  const out = new Float64Array(2 * rows);
  for (let r = 0; r < rows; r++) {
    const t = Math.PI * uniform();
    const upper = r % 2 === 0;
    out[2 * r] = (upper ? Math.cos(t) : 1 - Math.cos(t)) + 0.1 * normal();
    out[2 * r + 1] = (upper ? Math.sin(t) : 0.5 - Math.sin(t)) + 0.1 * normal();
  }
  return out;
}

const small: StudyOptions = {
  dims: 2,
  budget: 2000,
  grid: { couplings: [1, 2, 64], depth: [1, 2] },
  learningRates: [1e-3, 3e-3],
  seeds: 2,
  epochs: 9,
  threads: 2,
};

describe("cells of equal budget", () => {
  it.each([
    [2, 2000, "spline", 9],
    [6, 50_000, "spline", 12],
    [6, 50_000, "affine", 12],
    [64, 400_000, "affine", 12],
  ] as const)("%d variables, %d parameters, %s", (dims, budget, transform, most) => {
    let sized = 0;
    for (const couplings of [1, 2, 4, 8])
      for (const depth of [1, 2, 4]) {
        const cell = sizedCell({ couplings, depth }, { dims, budget, transform });
        if (cell.width === undefined) continue;
        sized++;
        const spec = cellSpec(cell, cell.width, { dims, budget, transform });
        expect(parameterCount(spec)).toBe(cell.parameters);
        expect(Math.abs(cell.parameters / budget - 1)).toBeLessThanOrEqual(0.05);
      }
    expect(sized).toBe(most);
  });

  it("names why a cell is refused", () => {
    const settings = { dims: 6, budget: 2000, transform: "spline" } as const;
    expect(sizedCell({ couplings: 16, depth: 4 }, settings).refusal).toMatch(
      /above the budget of 2000/u,
    );
    const wide = { dims: 40, budget: 14_000, transform: "spline" } as const;
    expect(sizedCell({ couplings: 1, depth: 1 }, wide).refusal).toMatch(
      /bottleneck for 460 outputs/u,
    );
  });
});

describe("the comparison of cells", () => {
  const { normal } = generator(5);
  const rows = Float64Array.from({ length: 400 }, () => normal());
  const shifted = (by: number, noise: number): Float64Array =>
    rows.map((value) => value + by + noise * normal());

  it("pairs rows: what both find hard does not blur their difference", () => {
    const a = { name: "a", scores: [shifted(0.1, 0.01), shifted(0.1, 0.01)] };
    const b = { name: "b", scores: [shifted(0, 0.01), shifted(0, 0.01)] };
    expect(estimate(a.scores).standardError).toBeGreaterThan(0.03);
    const { nats, standardError } = pairedDifference(b, a);
    expect(Math.abs(nats - 0.1)).toBeLessThan(0.01);
    expect(standardError).toBeLessThan(0.01);
    expect(rankCells([a, b]).get("b")!.tied).toBe(false);
  });

  it("tells cells apart no more often than chance allows, however many are compared", () => {
    // Twelve equal cells: at two standard errors each, 22 of these 100 studies call some of them worse than others; Holm's level is 2.3 of them.
    let wrong = 0;
    for (let trial = 0; trial < 100; trial++) {
      const cells = Array.from({ length: 12 }, (_, k) => ({
        name: String(k),
        scores: [0, 1, 2].map(() => shifted(0, 0.1)),
      }));
      if ([...rankCells(cells).values()].some(({ tied }) => !tied)) wrong++;
    }
    expect(wrong).toBeLessThan(8);
    // Eleven are told from a twelfth that is clearly ahead.
    const ahead = { name: "ahead", scores: [shifted(1, 0.1), shifted(1, 0.1)] };
    const far = Array.from({ length: 11 }, (_, k) => ({
      name: String(k),
      scores: [shifted(0, 0.1), shifted(0, 0.1)],
    }));
    expect([...rankCells([ahead, ...far]).values()].filter(({ tied }) => tied)).toHaveLength(1);
  });

  it("one row of density 0 decides nothing, more than 1 % of them put their cell behind, and no other", () => {
    const scores = [shifted(0, 0.1), shifted(0, 0.1)];
    const cells = ["a", "b", "c"].map((name) => ({
      name,
      scores: scores.map((run) => run.slice()),
    }));
    const clean = estimate(cells[2]!.scores);
    cells[2]!.scores[1]![7] = -Infinity;
    expect(estimate(cells[2]!.scores).nats).toBeCloseTo(clean.nats, 1);
    expect([...rankCells(cells).values()].every(({ tied }) => tied)).toBe(true);
    expect(impossibleRows(cells)).toEqual([7]);
    // Of 400 rows 4 are 1 %.
    cells[2]!.scores[1]!.fill(-Infinity, 7, 13);
    const ranks = rankCells(cells);
    expect(["a", "b", "c"].map((name) => ranks.get(name)!.tied)).toEqual([true, true, false]);
    expect(ranks.get("c")!.behind.nats).toBe(Infinity);
    for (const cell of cells) cell.scores[0]!.fill(-Infinity, 7, 13);
    expect([...rankCells(cells).values()].every(({ tied }) => tied)).toBe(true);
  });

  it("one row that a cell finds impossible, but for rounding, does not make another the best", () => {
    const a = { name: "a", scores: [shifted(0.5, 0.01), shifted(0.5, 0.01)] };
    const b = { name: "b", scores: [shifted(0, 0.01), shifted(0, 0.01)] };
    for (const run of a.scores) run[7] = -1e6;
    const ranks = rankCells([a, b]);
    expect(ranks.get("a")!.behind.nats).toBe(0);
    expect(ranks.get("b")!.tied).toBe(false);
    expect(Math.abs(ranks.get("b")!.behind.nats - 0.5)).toBeLessThan(0.02);
  });

  it("chooses the learning rate by all validation rows, not by a wild one", () => {
    const settings = {
      learningRates: [1e-3, 3e-3],
      seed: 0,
      epochs: 3,
    } as unknown as StudySettings;
    const trial = (nats: number, wild: number, replaced = false): JobResult => {
      const held = shifted(nats, 0.01);
      held[3] = wild;
      return trialOf(held, replaced);
    };
    const cell = { couplings: 1, depth: 1, name: "1 x 1", width: 8, parameters: 100 };
    const chosen = (...trials: readonly JobResult[]) => {
      const jobs = jobsOf("ninth", cell, settings, new Map());
      const results = new Map(jobs.map((job, i) => [keyOf(job), trials[i]!]));
      // Of two rates one goes on.
      return jobsOf("third", cell, settings, results).map(({ learningRate }) => learningRate)[0];
    };
    expect(chosen(trial(0, -1), trial(0.3, -1e9))).toBe(3e-3);
    expect(chosen(trial(0, -1), trial(0.3, -Infinity))).toBe(3e-3);
    expect(chosen(trial(0, -1e9), trial(-0.3, -1))).toBe(1e-3);
    // A run that ended worse than a Gaussian has the Gaussian's rows.
    expect(chosen(trial(0.3, -1, true), trial(0, -1))).toBe(3e-3);
  });

  it("tries the next best rate where one diverges in the second round, and calls no cell hopeless before all have", () => {
    const settings = {
      learningRates: [1e-3, 3e-3, 1e-2],
      seed: 0,
      epochs: 9,
    } as unknown as StudySettings;
    const cell = { couplings: 1, depth: 1, name: "1 x 1", width: 8, parameters: 100 };
    const results = new Map<string, JobResult>();
    const rates = () =>
      jobsOf("third", cell, settings, results).map(({ learningRate }) => learningRate);
    const diverges = (round: "ninth" | "third", rate: number) => {
      const job = jobsOf(round, cell, settings, results).find(
        ({ learningRate }) => learningRate === rate,
      );
      results.set(keyOf(job!), { status: "diverged", reason: "" });
    };
    for (const [i, job] of jobsOf("ninth", cell, settings, results).entries())
      results.set(keyOf(job), trialOf(shifted(0.1 * i, 0)));
    expect(rates()).toEqual([1e-2, 3e-3]);
    diverges("third", 1e-2);
    expect(rates()).toEqual([1e-2, 3e-3, 1e-3]);
    diverges("third", 3e-3);
    expect(rates()).toEqual([1e-2, 3e-3, 1e-3]);
    expect(everyRateDiverged(cell, settings, results)).toBe(false);
    diverges("third", 1e-3);
    expect(everyRateDiverged(cell, settings, results)).toBe(true);
    // One in the first round, two in the second.
    results.delete(keyOf(jobsOf("third", cell, settings, results)[0]!));
    diverges("ninth", 1e-2);
    expect(everyRateDiverged(cell, settings, results)).toBe(true);
  });

  it("counts the luck of a run: seeds that differ more than cells make a tie", () => {
    const a = { name: "a", scores: [shifted(0.3, 0.01), shifted(-0.1, 0.01)] };
    const b = { name: "b", scores: [shifted(0, 0.01), shifted(0.05, 0.01)] };
    const ranks = rankCells([a, b]);
    expect(ranks.get("a")).toEqual({ behind: { nats: 0, standardError: 0 }, tied: true });
    expect(ranks.get("b")!.tied).toBe(true);
  });
});

describe("a study", () => {
  it("compares the cells of a grid, names what is refused, and goes on after a kill to the same table", async () => {
    const lines: string[] = [];
    const events: StudyEvent[] = [];
    const rows = moons(900);
    const journal = { lines: [], append: (line: string) => void lines.push(line) };
    const whole = await study(rows, { ...small, journal, onEvent: (event) => events.push(event) });
    expect(whole.complete).toBe(true);
    expect(whole.rows).toEqual({ train: 675, validation: 90, test: 135 });
    expect(whole.cells.map(({ name, status }) => `${name} ${status}`)).toEqual([
      "1 x 1 trained",
      "1 x 2 trained",
      "2 x 1 trained",
      "2 x 2 trained",
      "64 x 1 refused",
      "64 x 2 refused",
    ]);
    for (const cell of whole.cells.slice(0, 4)) {
      expect(cell.runs).toBe(2);
      expect(small.learningRates).toContain(cell.learningRate);
      expect(cell.behind!.nats).toBeGreaterThanOrEqual(0);
      expect(cell.inverseError).toBeLessThan(1e-3);
    }
    expect(whole.best[0]).toBe(
      whole.cells.filter(({ nats }) => nats !== undefined).toSorted((a, b) => b.nats! - a.nats!)[0]!
        .name,
    );
    expect(whole.text).toMatch(/64 x 1 .*refused: \d+ parameters at width 8/u);
    const [winner, ...tied] = whole.best;
    expect(whole.text).toContain(
      tied.length === 0
        ? `${winner} is best: `
        : `Holm over 3): ${whole.best.join(", ")}. No winner`,
    );
    for (const { name, logDet, inverseError } of whole.cells.slice(0, 4))
      expect(whole.text).toMatch(
        new RegExp(
          `${name} .* ${logDet![0].toFixed(1)} to ${logDet![1].toFixed(1)} +${inverseError!.toExponential(1)}`,
          "u",
        ),
      );
    // 4 cells: 2 rates each for a ninth of the epochs, the better one for a third, then 2 seeds each.
    const jobs = events.filter((event) => event.type === "job");
    expect(jobs.map(({ job }) => `${job.round} ${job.epochs}`)).toEqual([
      ...Array.from({ length: 8 }, () => "ninth 1"),
      ...Array.from({ length: 4 }, () => "third 3"),
      ...Array.from({ length: 8 }, () => "full 9"),
    ]);
    expect(jobs.at(-1)).toMatchObject({ done: 20, jobs: 20, fraction: 1, secondsLeft: 0 });

    // Killed within the fifteenth run, whose line was cut short.
    const kept = [...lines.slice(0, 15), lines[15]!.slice(0, 40)];
    const again: string[] = [];
    const resumed = await study(rows, {
      ...small,
      journal: { lines: kept, append: (line: string) => void again.push(line) },
    });
    expect(again).toHaveLength(6);
    const figures = ({ cells }: typeof whole) =>
      cells.map(({ name, nats, standardError, behind, tied }) => ({
        name,
        nats,
        standardError,
        behind,
        tied,
      }));
    expect(figures(resumed)).toEqual(figures(whole));

    await expect(
      study(rows, { ...small, budget: 3000, journal: { lines, append: () => undefined } }),
    ).rejects.toThrow(/with other budget/u);
    const grid = { couplings: [1, 2], depth: [1, 2] };
    await expect(
      study(rows, { ...small, grid, journal: { lines, append: () => undefined } }),
    ).rejects.toThrow(/with other couplings/u);
    await expect(
      study(
        rows.map((value) => value + 1),
        { ...small, journal: { lines, append: () => undefined } },
      ),
    ).rejects.toThrow(/with other digest/u);
  });

  it("stops a cell that is hopeless after a third of the epochs, and says so", async () => {
    const events: StudyEvent[] = [];
    // Two variables of two narrow peaks each: one coupling bends one of them.
    const { uniform, normal } = generator(4);
    const peaks = Float64Array.from(
      { length: 1200 },
      () => (uniform() < 0.5 ? -1 : 1) + 0.1 * normal(),
    );
    const result = await study(peaks, {
      ...small,
      grid: { couplings: [1, 2], depth: [1] },
      learningRates: [1e-2],
      epochs: 24,
      onEvent: (event) => events.push(event),
    });
    const [hopeless, best] = result.cells;
    expect(hopeless).toMatchObject({ name: "1 x 1", status: "stopped", runs: 0 });
    expect(hopeless!.nats).toBeUndefined();
    expect(best).toMatchObject({ name: "2 x 1", status: "trained", runs: 2 });
    expect(result.best).toEqual(["2 x 1"]);
    expect(result.complete).toBe(true);
    expect(result.text).toMatch(
      /1 x 1 .*stopped: after a third of the epochs \d\.\d+ \+- 0\.\d+ nats behind 2 x 1\n/u,
    );
    expect(result.text).toMatch(/1 cell was stopped after a third/u);
    // 2 cells in either round, and the 2 seeds of one.
    const jobs = events.filter((event) => event.type === "job");
    expect(jobs).toHaveLength(6);
    expect(jobs.at(-1)).toMatchObject({ done: 6, jobs: 6, fraction: 1, secondsLeft: 0 });
  });

  it("leaves rows out that would decide alone, and names them", async () => {
    const rows = Float64Array.from([...moons(300), 0.5, 1e300]);
    const result = await study(rows, {
      ...small,
      grid: { couplings: [1], depth: [1] },
      seeds: 1,
      learningRates: [1e-3],
    });
    const { train, validation, test } = result.rows;
    expect(train + validation + test).toBe(300);
    expect(result.warnings).toHaveLength(1);
    expect(result.warnings[0]).toMatch(
      /^1 row is left out of the study.*row 300 \(column 1: 1e\+300\)/u,
    );
    expect(result.text).toContain(result.warnings[0]);
    const clean = await study(rows.subarray(0, 600), {
      ...small,
      grid: { couplings: [1], depth: [1] },
      seeds: 1,
      learningRates: [1e-3],
    });
    expect(clean.warnings).toEqual([]);
    // Not equal: the split of 301 rows is another one.
    expect(Math.abs(result.cells[0]!.nats! - clean.cells[0]!.nats!)).toBeLessThan(0.5);
  });

  it("says what was not run when its time is over", async () => {
    const maxMinutes = 0.01;
    const began = performance.now();
    // After the first run, the time passes here, however long the run took.
    const onEvent = ({ type }: StudyEvent) => {
      while (type === "job" && performance.now() - began < 61_000 * maxMinutes);
    };
    const result = await study(moons(900), { ...small, maxMinutes, onEvent });
    expect(result.complete).toBe(false);
    expect(result.cells.some(({ status }) => status === "not run")).toBe(true);
    expect(result.text).toMatch(/time was over/u);
  });

  it("takes a cell that diverges as a result, and another learning rate where one diverges", async () => {
    const options: StudyOptions = {
      ...small,
      grid: { couplings: [8], depth: [2] },
      transform: "affine",
      budget: 4800,
      epochs: 60,
    };
    const rows = moons(400);
    const wild = await study(rows, { ...options, learningRates: [10] });
    expect(wild.cells[0]).toMatchObject({ status: "diverged", reason: "at every rate of 10" });
    expect(wild.best).toEqual([]);
    expect(wild.text).toMatch(/No cell was trained to the end/u);
    const tame = await study(rows, { ...options, learningRates: [10, 1e-3] });
    expect(tame.cells[0]).toMatchObject({ status: "trained", learningRate: 1e-3, diverged: 0 });
  });
});

describe("bad input", () => {
  it.each([
    ["a budget that fits no cell", { budget: 30 }, /some cell of the grid can have, got 30/u],
    ["an empty grid", { grid: { couplings: [] } }, /at least one number/u],
    ["a depth twice", { grid: { depth: [1, 1] } }, /each number once/u],
    ["a rate as a text", { learningRates: ["0.001"] }, /numbers in range, got "0.001"/u],
    ["depths that are no list", { grid: { depth: 2 } }, /a list of numbers, got 2/u],
    ["half a coupling", { grid: { couplings: [1.5] } }, /numbers in range, got 1.5/u],
    ["an unknown transform", { transform: "cubic" }, /"affine" or "spline"/u],
    ["an unknown option", { bugdet: 3 }, /bugdet/u],
  ])("%s is refused", async (_, options, message) => {
    await expect(study(moons(200), { dims: 2, ...options } as StudyOptions)).rejects.toThrow(
      message,
    );
  });

  it("fewer rows than can be split are refused", async () => {
    await expect(study(moons(50), { dims: 2 })).rejects.toThrow(/at least 100 rows/u);
  });
});

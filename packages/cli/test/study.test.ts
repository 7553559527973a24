/** couplet study as a user runs it. */
import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openWorkplace } from "./spawn-couplet.ts";
import type { Workplace } from "./spawn-couplet.ts";

let place: Workplace;
const small =
  "--budget 1k --couplings 1,2 --depth 1 --seeds 2 --epochs 30 --transform affine".split(" ");

beforeAll(async () => {
  place = await openWorkplace();
  // y follows x on a curve.
  const lines = Array.from({ length: 300 }, (_, i) => {
    const x = Math.sin(12.9898 * i) * 2;
    return `${x.toFixed(6)},${(x * x + 0.3 * Math.cos(78.233 * i * i)).toFixed(6)}`;
  });
  await writeFile(place.path("curve.csv"), `x,y\n${lines.join("\n")}\n`);
});
afterAll(() => place.remove());

it("prints a table and a verdict, writes a page, and leaves no journal", async () => {
  const { code, out, err } = await place.couplet("study", "curve.csv", ...small);
  expect({ code, err }).toMatchObject({ code: 0 });
  expect(out).toMatch(/^affine couplings x hidden layers at 1000 parameters each/u);
  expect(out).toMatch(/1 x 1 .*\n2 x 1 /u);
  expect(out).toMatch(
    /(?:1 x 1|2 x 1) is best: |Tied .*: (?:1 x 1, 2 x 1|2 x 1, 1 x 1)\. No winner/u,
  );
  expect(out).toMatch(/us\/row +logDet +inverse error\n1 x 1 .* to .*e-\d+\n/u);
  expect(err).toMatch(/run (\d+) of \1\b/u);
  const page = await readFile(place.path("curve.study.html"), "utf8");
  const parts = [
    "Log-density against the number of couplings",
    "Log-density against the time of training",
    "Log-density against the time of scoring",
    "the Pareto front",
    "inverse error",
    "1 x 1",
    "2 x 1",
  ];
  for (const part of parts) expect(page).toContain(part);
  await expect(readFile(place.path("curve.study.html.journal"))).rejects.toThrow(/ENOENT/u);
  expect(await place.couplet("study", "curve.csv", ...small)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/curve\.study\.html: .*--force/u) as string,
  });
});

it("goes on after kill -9 to the figures of an undisturbed study", async () => {
  const json = async (name: string, ...more: string[]) => {
    const found = await place.couplet(
      "study",
      "curve.csv",
      ...small,
      "--json",
      "-o",
      name,
      ...more,
    );
    expect(found.code, found.err).toBe(0);
    const { cells } = JSON.parse(found.out) as { cells: Record<string, unknown>[] };
    return cells.map(({ name: cell, nats, standardError, behind, tied }) => ({
      cell,
      nats,
      standardError,
      behind,
      tied,
    }));
  };
  const whole = await json("whole.html");
  let jobs = 0;
  const killed = await place.start(
    ["study", "curve.csv", ...small, "--json", "-o", "killed.html"],
    {
      onErr: (text, child) => {
        jobs += text.split('"event":"job"').length - 1;
        if (jobs >= 5) child.kill("SIGKILL");
      },
    },
  );
  expect(killed.code).toBe(-1);
  expect(await place.couplet("study", "curve.csv", ...small, "-o", "killed.html")).toMatchObject({
    code: 1,
    err: expect.stringMatching(/killed\.html\.journal: .*--resume continues/u) as string,
  });
  const other = await place.couplet(
    "study",
    "curve.csv",
    ...small,
    "--seeds",
    "3",
    "-o",
    "killed.html",
    "--resume",
  );
  expect(other).toMatchObject({
    code: 2,
    err: expect.stringMatching(/with other seeds/u) as string,
  });
  expect(await json("killed.html", "--resume")).toEqual(whole);
}, 120_000);

it("takes a grid file, over which options win", async () => {
  const settings = {
    budget: 1000,
    transform: "affine",
    seeds: 1,
    epochs: 9,
    batch: 32,
    learningRates: [1e-3],
  };
  const full = { ...settings, couplings: [1, 2], depth: [1] };
  await writeFile(place.path("grid.json"), JSON.stringify(full));
  const run = async (...more: string[]) => {
    const base = ["study", "curve.csv", "--grid", "grid.json", "--json", "--quiet"];
    const { code, out, err } = await place.couplet(...base, ...more);
    expect(code, err).toBe(0);
    return JSON.parse(out) as Record<string, unknown> & { cells: readonly { name: string }[] };
  };
  const all = await run();
  expect(all).toMatchObject(settings);
  expect(all.cells.map(({ name }) => name)).toEqual(["1 x 1", "2 x 1"]);
  const one = await run("--couplings", "2", "--seeds", "2");
  expect(one).toMatchObject({ budget: 1000, seeds: 2 });
  expect(one.cells.map(({ name }) => name)).toEqual(["2 x 1"]);
  const refused = async (text: string) => {
    await writeFile(place.path("odd.json"), text);
    const base = ["study", "curve.csv", "-o", "odd.html"];
    return (await place.couplet(...base, "--grid", "odd.json")).err;
  };
  expect(await refused('{"bugdet": 3}')).toMatch(/odd\.json: .*budget, couplings.*got "bugdet"/u);
  expect(await refused("[1]")).toMatch(/another JSON value/u);
  expect(await refused("{")).toMatch(/odd\.json/u);
  expect(await refused('{"depth": [0.5]}')).toMatch(/grid\.depth: expected numbers in range/u);
  expect((await place.couplet("study", "curve.csv", "--grid", "none.json")).err).toMatch(
    /none\.json/u,
  );
});

it("explains bad options", async () => {
  const message = async (...args: string[]) =>
    (await place.couplet("study", "curve.csv", "-o", "other.html", ...args)).err;
  expect(await message("--budget", "lots")).toMatch(/number of parameters such as 20000 or 20k/u);
  expect(await message("--budget", "20")).toMatch(
    /some cell of the grid can have, got 20\. 2 x 1 .*: \d+ parameters/u,
  );
  expect(await message("--couplings", "2,x")).toMatch(/Expected an integer from 1 to 1000/u);
  expect(await message("--resume")).toMatch(/journal of an interrupted study, got no such file/u);
});

/** What the command writes: all of it or nothing, never over what it reads, and an error where it cannot. */
import { execFile, execFileSync, spawn } from "node:child_process";
import { linkSync, lstatSync, statSync, symlinkSync } from "node:fs";
import {
  chmod,
  copyFile,
  mkdir,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openFittedWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const posix = process.platform !== "win32";

beforeAll(async () => {
  place = await openFittedWorkplace(csv(smallRows(60)));
  const given = ["--given", "b", "--epochs", "1", "-q", "-o", "given.couplet"];
  const conditional = await place.couplet("fit", "good.csv", ...given);
  if (conditional.code !== 0) throw new Error(conditional.err);
  const example = await place.couplet("systems", "kinetics", "--example");
  await writeFile(place.path("problem.json"), example.out);
  await mkdir(place.path("sub"));
});
afterAll(() => place.remove());

/** Through a shell, for redirections and limits. */
function shell(command: string): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      "bash",
      ["-c", `couplet() { "${process.execPath}" "${main}" "$@"; }; ${command}`],
      { cwd: place.folder, env: { ...process.env, COUPLET_THREADS: "1" } },
      (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

const rests = async (folder = place.folder) =>
  (await readdir(folder)).filter((name) => /tmp|rows|wal/.test(name));

const verbs: readonly (readonly [string, string])[] = [
  ["help", "couplet --help"],
  ["version", "couplet --version"],
  ["a verb's help", "couplet fit --help"],
  ["doctor", "couplet doctor"],
  ["inspect", "couplet inspect good.couplet"],
  ["inspect --json", "couplet inspect good.couplet --json"],
  ["schema", "couplet schema good.csv"],
  ["sample", "couplet sample good.couplet -n 5"],
  ["sample of many rows", "couplet sample good.couplet -n 100000"],
  ["sample --json", "couplet sample good.couplet -n 5 --json"],
  ["sample as Parquet", "couplet sample good.couplet -n 5 --format parquet"],
  ["design", "couplet design given.couplet --target b=3 -n 5"],
  ["score", "couplet score good.couplet good.csv"],
  ["score --json", "couplet score good.couplet good.csv --json"],
  ["report --json", "couplet report good.couplet --data good.csv --json --samples 100"],
  ["fit --json", "couplet fit good.csv --epochs 1 --json -o full.couplet --force"],
  ["systems", "couplet systems kinetics problem.json"],
  ["systems --json", "couplet systems kinetics problem.json --json"],
  ["systems --example", "couplet systems magnets --example"],
  ["complete", "couplet complete bash"],
];

describe.runIf(process.platform === "linux")("a standard output that is full", () => {
  it.each(verbs)(
    "is an error: %s",
    async (_verb, command) => {
      const run = await shell(`${command} > /dev/full`);
      const said = run.err.replaceAll(String.raw`\"`, '"');
      expect(
        said.match(/standard output: expected a place that can be written to, got a full disk/g),
      ).toHaveLength(1);
      expect([run.code, run.err.includes("bug in couplet")]).toEqual([1, false]);
    },
    60_000,
  );

  it("does not matter where it is standard error", async () => {
    const run = await shell(
      "couplet sample good.couplet -n 2 -o to.csv --force 2> /dev/full && cat to.csv",
    );
    expect(run).toMatchObject({ code: 0, out: expect.stringMatching(/^a,b,c,d\n/) as string });
  });
});

describe.runIf(posix)("a disk that becomes full", () => {
  it.each([
    ["CSV", "couplet sample good.couplet -n 200000 -o full.csv"],
    ["Parquet", "couplet sample good.couplet -n 200000 -o full.parquet"],
    ["scores", "couplet score good.couplet long.csv -o full.csv"],
    ["a page", "couplet report good.couplet --data good.csv --samples 100 -o full.html"],
    ["a model", "couplet fit good.csv --epochs 1 -o full.couplet"],
    ["a page of systems", "couplet systems kinetics problem.json --html full.html"],
  ])(
    "leaves the old file and no other: %s",
    async (_what, command) => {
      await writeFile(place.path("long.csv"), csv(smallRows(20_000)));
      const target = / (full\.\w+)$/.exec(command)![1]!;
      await writeFile(place.path(target), "old");
      // 64 kB at most, also of what lies in the temporary folder.
      await mkdir(place.path("temporary"), { recursive: true });
      const run = await shell(`export TMPDIR="$PWD/temporary"; ulimit -f 64; ${command} --force`);
      expect(run.code).toBe(1);
      expect(run.err).toMatch(/expected a place that can be written to/);
      expect(run.err).not.toMatch(/bug in couplet|\.tmp/);
      expect(await readFile(place.path(target), "utf8")).toBe("old");
      expect(await rests()).toEqual([]);
      expect(await readdir(place.path("temporary"))).toEqual([]);
    },
    60_000,
  );

  it("does not end a training whose checkpoint it cannot hold", async () => {
    await writeFile(place.path("wide.csv"), csv(smallRows(300)));
    const fit = "couplet fit wide.csv --epochs 3 --checkpoint-every 0";
    const sizes = await shell(
      `${fit} -o sizes.couplet --max-minutes 0.001 && wc -c < sizes.couplet && wc -c < sizes.couplet.checkpoint`,
    );
    const [model, checkpoint] = sizes.out.trim().split("\n").map(Number) as [number, number];
    expect(checkpoint).toBeGreaterThan(2 * model);
    // Blocks of 1024 bytes: the model fits, the checkpoint does not.
    const limit = Math.ceil((model + checkpoint) / 2 / 1024);
    const run = await shell(`ulimit -f ${limit}; ${fit} -o small.couplet`);
    expect(run.code).toBe(0);
    expect(run.err).toMatch(
      /warning: the checkpoint could not be saved, and the training continues without it: small\.couplet\.checkpoint: expected a place that can be written to, got a file larger/,
    );
    expect((await place.couplet("inspect", "small.couplet")).code).toBe(0);
    expect(await rests()).toEqual([]);
  });
});

describe.runIf(posix)("an output that is an input", () => {
  beforeAll(async () => {
    await copyFile(place.path("good.csv"), place.path("own.csv"));
    symlinkSync("own.csv", place.path("by-link.csv"));
    linkSync(place.path("own.csv"), place.path("by-name.csv"));
  });

  it.each([
    ["score", "couplet score good.couplet own.csv -o own.csv"],
    ["score by another spelling", "couplet score good.couplet own.csv -o sub/../own.csv"],
    ["score by a symbolic link", "couplet score good.couplet own.csv -o by-link.csv"],
    ["score by a hard link", "couplet score good.couplet by-name.csv -o own.csv"],
    ["score by a pattern", "couplet score good.couplet 'ow*.csv' -o own.csv"],
    ["score from standard input", "couplet score good.couplet - -o own.csv < own.csv"],
    ["score onto the model", "couplet score good.couplet own.csv -o good.couplet"],
    ["sample onto its model", "couplet sample good.couplet -n 5 -o good.couplet"],
    ["sample onto its conditions", "couplet sample good.couplet --given-rows own.csv -o own.csv"],
    [
      "sample as Parquet",
      "couplet sample good.couplet --given-rows own.csv -o own.csv --format parquet",
    ],
    ["fit", "couplet fit own.csv -o own.csv"],
    [
      "fit onto its schema",
      "couplet schema own.csv > own.json; couplet fit own.csv --schema own.json -o own.json",
    ],
    ["report", "couplet report good.couplet --data own.csv -o own.csv"],
    ["report onto its model", "couplet report good.couplet --data own.csv -o good.couplet"],
    ["systems", "couplet systems kinetics problem.json --html problem.json"],
    ["systems by another spelling", "couplet systems kinetics problem.json --html ./problem.json"],
  ])("is refused, forced or not: %s", async (_what, command) => {
    const before = await Promise.all(
      ["own.csv", "good.couplet", "problem.json"].map((name) => readFile(place.path(name))),
    );
    for (const force of ["", " --force"]) {
      const run = await shell(command.replace(/( < .*)?$/, `${force}$1`));
      expect(run.err).toMatch(
        /expected an output that differs from every input, got|the file exists/,
      );
      if (force !== "") expect(run.err).toMatch(/expected an output that differs from every input/);
      expect(run.code).toBe(run.err.includes("the file exists") ? 1 : 2);
    }
    const after = await Promise.all(
      ["own.csv", "good.couplet", "problem.json"].map((name) => readFile(place.path(name))),
    );
    expect(after).toEqual(before);
  });

  it("is refused on standard output too, where appending would not end", async () => {
    const before = await readFile(place.path("own.csv"));
    const run = await shell("couplet score good.couplet own.csv >> own.csv");
    expect(run).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /standard output: expected an output that differs from every input, got own\.csv/,
      ) as string,
    });
    expect(await readFile(place.path("own.csv"))).toEqual(before);
  });

  it.each([
    ["one name", "couplet impute good.couplet own.csv -o new.csv --cells new.csv"],
    [
      "another spelling",
      "couplet impute good.couplet own.csv -o new.csv --cells ./new.csv --force",
    ],
    ["a link", "couplet impute good.couplet own.csv -o new.csv --cells to-new.csv"],
    ["standard output", "couplet impute good.couplet own.csv --cells new.csv --force > new.csv"],
  ])("is refused where two outputs would go into one file: %s", async (_what, command) => {
    await symlink("new.csv", place.path("to-new.csv")).catch(() => undefined);
    const run = await shell(command);
    expect(run).toMatchObject({
      code: 2,
      err: expect.stringMatching(/expected an output that differs from --cells, got/) as string,
    });
    expect(await readFile(place.path("new.csv"), "utf8").catch(() => "")).toBe("");
    await rm(place.path("new.csv"), { force: true });
  });
});

describe.runIf(posix)("the place of an output", () => {
  it("may be a pipe or a device, which stay what they are", async () => {
    const through = async (name: string, ...command: string[]) => {
      const pipe = place.path(name);
      execFileSync("mkfifo", [pipe]);
      const read = promisify(execFile)("cat", [pipe], { encoding: "latin1", maxBuffer: 1e8 });
      const run = await place.couplet(...command, pipe);
      expect([run.code, run.err]).toEqual([0, expect.stringMatching(/^wrote /m)]);
      expect(lstatSync(pipe).isFIFO()).toBe(true);
      return (await read).stdout;
    };
    const sample = ["sample", "good.couplet", "-n", "5", "-o"];
    expect(await through("pipe.csv", ...sample)).toMatch(/^a,b,c,d\n/);
    expect(await through("pipe.parquet", ...sample)).toMatch(/^PAR1[^]*PAR1$/);
    const page = await through("page", "systems", "kinetics", "problem.json", "--html");
    expect(page).toMatch(/<\/html>\s*$/);
    expect((await place.couplet("sample", "good.couplet", "-n", "5", "-o", "/dev/null")).code).toBe(
      0,
    );
    expect(
      (
        await shell(
          "couplet sample good.couplet -n 5 -q -o /dev/stdout > into.csv; wc -l < into.csv",
        )
      ).out.trim(),
    ).toBe("6");
  });

  it("may be a link, and a file keeps its mode, in every format", async () => {
    for (const command of [
      ["sample", "good.couplet", "-n", "5", "-o", "linked.csv"],
      ["sample", "good.couplet", "-n", "5", "-o", "linked.parquet"],
      ["systems", "kinetics", "problem.json", "--html", "linked.html"],
      ["fit", "good.csv", "--epochs", "1", "-o", "linked.couplet"],
    ]) {
      const name = command.at(-1)!;
      const real = place.path(`sub/${name}`);
      await writeFile(real, "old");
      await chmod(real, 0o640);
      symlinkSync(path.join("sub", name), place.path(name));
      const refused = await place.couplet(...command);
      expect(refused).toMatchObject({
        code: 1,
        err: expect.stringMatching(/the file exists/) as string,
      });
      expect((await place.couplet(...command, "--force")).code).toBe(0);
      expect(lstatSync(place.path(name)).isSymbolicLink()).toBe(true);
      expect((await readFile(real)).length).toBeGreaterThan(50);
      expect(statSync(real).mode & 0o777).toBe(0o640);
    }
    expect(await rests(place.path("sub"))).toEqual([]);
  });

  it("is as its reader left it when a second Ctrl-C kills", async () => {
    const child = spawn(
      process.execPath,
      [main, "sample", "good.couplet", "-n", "100000000", "-o", "killed.parquet"],
      {
        cwd: place.folder,
      },
    );
    const ended = new Promise((resolve) => child.on("close", resolve));
    while (!(await rests()).some((name) => name.endsWith(".rows")))
      await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGINT");
    child.kill("SIGTERM");
    child.kill("SIGINT");
    await ended;
    expect(await rests()).toEqual([]);
    expect(await readdir(place.folder)).not.toContain("killed.parquet");
  });
});

describe("a page of systems", () => {
  it("replaces nothing without --force, and says what is wrong with its place", async () => {
    await writeFile(place.path("old.html"), "precious");
    const args = ["systems", "kinetics", "problem.json", "--html"];
    expect(await place.couplet(...args, "old.html")).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(/old\.html: the file exists\. Use --force/) as string,
    });
    expect(await readFile(place.path("old.html"), "utf8")).toBe("precious");
    expect((await place.couplet(...args, "old.html", "--force")).code).toBe(0);
    const json = await place.couplet(...args, "no/page.html", "--json");
    expect(JSON.parse(json.err)).toMatchObject({
      error: { code: "FILE_INVALID", where: "no/page.html", received: "no such folder" },
    });
  });
});

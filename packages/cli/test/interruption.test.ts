/** Ctrl-C, closed pipes, resuming: nothing is lost, nothing is left half written. */
import type { ChildProcess } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, readFile, readdir, rename, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
const quick = ["fit", "data.csv", "--epochs", "8", "--patience", "8"];

beforeAll(async () => {
  place = await openWorkplace();
  await writeFile(place.path("data.csv"), csv(smallRows(400)));
});
afterAll(() => place.remove());

describe("couplet fit", () => {
  it("saves its state at the first Ctrl-C and resumes to the last bit", async () => {
    const whole = await place.couplet(...quick, "-o", "whole.couplet");
    expect(whole.code).toBe(0);
    let sent = false;
    const stopped = await place.start([...quick, "-o", "part.couplet"], {
      onErr: (text, child) => {
        if (!sent && text.includes("epoch 1/8")) sent = child.kill("SIGINT");
      },
    });
    expect(stopped).toMatchObject({ code: 130, out: "" });
    expect(stopped.err).toMatch(
      /interrupted: part\.couplet is the best model so far; the state is in part\.couplet\.checkpoint: the same command with --resume/,
    );
    const early = await place.couplet("inspect", "part.couplet", "--json");
    const { training } = JSON.parse(early.out) as { training: { epochs: number } };
    expect(training.epochs).toBeGreaterThan(0);
    expect(training.epochs).toBeLessThan(8);

    // Neither the model nor the state is lost to a fit that begins afresh.
    const before = await readFile(place.path("part.couplet.checkpoint"));
    const afresh = await place.couplet(...quick, "-o", "part.couplet");
    expect(afresh).toMatchObject({ code: 1, out: "" });
    await rename(place.path("part.couplet"), place.path("early.couplet"));
    const again = await place.couplet(...quick, "-o", "part.couplet");
    expect(again).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /part\.couplet\.checkpoint: expected no checkpoint of an interrupted fit, got one\. --resume .*--force/,
      ) as string,
    });
    expect(await readFile(place.path("part.couplet.checkpoint"))).toEqual(before);
    await rename(place.path("early.couplet"), place.path("part.couplet"));

    const other = await place.couplet(...quick, "-o", "part.couplet", "--resume", "--seed", "9");
    expect(other).toMatchObject({
      code: 2,
      err: expect.stringMatching(
        /resume: expected a checkpoint of this training, got one with other .*seed/,
      ) as string,
    });

    await writeFile(place.path("changed.csv"), csv(smallRows(401).slice(1)));
    const changed = await place.couplet(
      "fit",
      "changed.csv",
      ...quick.slice(2),
      "-o",
      "part.couplet",
      "--resume",
    );
    expect(changed.err).toMatch(/got one with other .*data/);

    const resumed = await place.couplet(...quick, "-o", "part.couplet", "--resume");
    expect(resumed.code).toBe(0);
    expect(await readdir(place.folder)).not.toContain("part.couplet.checkpoint");
    const sample = (model: string) => place.couplet("sample", model, "-n", "100", "--seed", "3");
    expect((await sample("part.couplet")).out).toBe((await sample("whole.couplet")).out);
  });

  it("ends with the best so far after --max-minutes, and --force begins afresh", async () => {
    const long = ["fit", "data.csv", "--epochs", "1000000", "--patience", "1000000"];
    const timed = await place.couplet(
      ...long,
      "-o",
      "timed.couplet",
      "--max-minutes",
      "0.01",
      "--json",
    );
    expect(timed.code).toBe(0);
    expect(JSON.parse(timed.out)).toMatchObject({ model: "timed.couplet", ended: "time" });
    expect(timed.err).toMatch(
      /0\.01 minutes are over: timed\.couplet is the best model so far; the state/,
    );
    expect(await readdir(place.folder)).toContain("timed.couplet.checkpoint");
    expect((await place.couplet("sample", "timed.couplet", "-n", "5")).code).toBe(0);
    const afresh = await place.couplet(...quick, "-o", "timed.couplet", "--force");
    expect(afresh.code).toBe(0);
    expect(await readdir(place.folder)).not.toContain("timed.couplet.checkpoint");
  });

  it("goes on when its checkpoint cannot be written, and says so", async () => {
    await mkdir(place.path("stuck.couplet.checkpoint"));
    const args = [...quick, "-o", "stuck.couplet", "--checkpoint-every", "0", "--force"];
    const run = await place.couplet(...args);
    expect(run.code).toBe(0);
    expect(
      run.err.match(/checkpoint could not be saved, and the training continues/g),
    ).toHaveLength(1);
    expect((await place.couplet("inspect", "stuck.couplet")).code).toBe(0);
  });

  it("quits at once at the second Ctrl-C", async () => {
    // A step of all rows takes seconds: the first Ctrl-C waits for its end, the second does not.
    await writeFile(place.path("long.csv"), csv(smallRows(40_000)));
    let sent = 0;
    const run = await place.start(["fit", "long.csv", "--batch", "40000"], {
      onErr: (text, child) => {
        if (sent === 0 && text.includes("rows to train on")) sent += Number(child.kill("SIGINT"));
        if (sent === 1 && text.includes("Ctrl-C again quits")) sent += Number(child.kill("SIGINT"));
      },
    });
    expect(sent).toBe(2);
    expect(run).toMatchObject({ code: 130, out: "" });
    expect(run.err).not.toMatch(/interrupted/);
    expect((await readdir(place.folder)).filter((name) => name.startsWith("long"))).toEqual([
      "long.csv",
    ]);
  });

  it("says so when there is nothing to resume", async () => {
    expect(await place.couplet(...quick, "-o", "none.couplet", "--resume")).toMatchObject({
      code: 1,
      err: expect.stringMatching(
        /none\.couplet\.checkpoint: expected the checkpoint of an interrupted fit, got no such file/,
      ) as string,
    });
  });
});

describe("couplet sample and score", () => {
  it("leave no half file when interrupted", async () => {
    const args = ["sample", "whole.couplet", "-n", "1000000000", "-o", "huge.csv"];
    let running: ChildProcess | undefined;
    const watch = setInterval(() => {
      const writing = readdirSync(place.folder).some((name) => name.endsWith(".tmp"));
      // Once: a second Ctrl-C would kill.
      if (writing && running?.kill("SIGINT") === true) clearInterval(watch);
    }, 50);
    const run = await place.start(args, { onStart: (child) => (running = child) });
    clearInterval(watch);
    expect(run).toMatchObject({ code: 130, out: "" });
    expect((await readdir(place.folder)).filter((name) => name.startsWith("huge"))).toEqual([]);
  });

  it("end quietly when the reader has left", async () => {
    let left = false;
    const run = await place.start(["sample", "whole.couplet", "-n", "3000000"], {
      onOut: (_text, child) => {
        if (!left) child.stdout?.destroy();
        left = true;
      },
    });
    expect(run).toMatchObject({ code: 0, err: "" });
  });

  it("keep an output that was there when they fail", async () => {
    await writeFile(place.path("kept.csv"), "before");
    await writeFile(place.path("bad.csv"), `${csv(smallRows(9000))}1,2\n`);
    const run = await place.couplet(
      "score",
      "whole.couplet",
      "bad.csv",
      "-o",
      "kept.csv",
      "--force",
    );
    expect(run.code).toBe(1);
    expect(await readFile(place.path("kept.csv"), "utf8")).toBe("before");
    expect((await readdir(place.folder)).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

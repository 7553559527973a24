/** The command as a user runs it: the built binary, its standard output, its errors and exit codes. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));
const diamonds = fileURLToPath(new URL("../../../../examples/data/diamonds.csv", import.meta.url));
let folder = "";

function couplet(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { cwd: folder }, (error, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-cli-"));
  const lines = (await readFile(diamonds, "utf8")).split("\n");
  await writeFile(path.join(folder, "few.csv"), lines.slice(0, 401).join("\n"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("couplet", () => {
  it("fits, samples, scores and inspects a table", async () => {
    const fitted = await couplet("fit", "few.csv", "--epochs", "3", "--json");
    expect(fitted.err).not.toMatch(/Error/);
    expect(fitted.code).toBe(0);
    const report = JSON.parse(fitted.out) as {
      model: string;
      heldOut: { rows: number; flow: { nats: number } };
    };
    expect(report.model).toBe("few.couplet");
    expect(Number.isFinite(report.heldOut.flow.nats)).toBe(true);

    const sampled = await couplet("sample", "few.couplet", "-n", "20", "--seed", "1");
    const lines = sampled.out.trimEnd().split("\n");
    expect(lines).toHaveLength(21);
    expect(lines[0]).toBe(
      (await readFile(path.join(folder, "few.csv"), "utf8")).split("\n")[0]!.trim(),
    );
    expect((await couplet("sample", "few.couplet", "-n", "20", "--seed", "1")).out).toBe(
      sampled.out,
    );

    await writeFile(path.join(folder, "drawn.csv"), sampled.out);
    const scored = await couplet("score", "few.couplet", "drawn.csv", "--explain");
    expect(scored.out.split("\n")[0]).toBe("nats,percentile,column,surprise");
    expect(scored.out.trimEnd().split("\n")).toHaveLength(21);

    const inspected = await couplet("inspect", "few.couplet", "--json");
    expect(JSON.parse(inspected.out)).toMatchObject({ schemaVersion: 1, source: { rows: 400 } });

    const again = await couplet("fit", "few.csv");
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/few\.couplet: expected no file there yet, got one\. Use --force/);
  }, 120_000);

  it("says what is wrong", async () => {
    expect(await couplet("fit", "absent.csv")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/absent\.csv: expected a file, got no such file/) as string,
    });
    expect(await couplet("fit", "few.csv", "--epoch", "3")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/Did you mean --epochs/) as string,
    });
    await writeFile(path.join(folder, "ragged.csv"), "a,b\n1,2\n3\n4,5,6\n");
    expect(await couplet("fit", "ragged.csv")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/ragged\.csv/) as string,
    });
    await writeFile(path.join(folder, "no.couplet"), "not a model at all");
    expect(await couplet("sample", "no.couplet")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/no\.couplet: expected a header/) as string,
    });
  }, 60_000);

  it("reports the machine", async () => {
    const { out, code } = await couplet("doctor", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ schemaVersion: 1, platform: "node" });
  }, 30_000);
});

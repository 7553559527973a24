/** couplet report as a user runs it. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const diamonds = fileURLToPath(new URL("../../../examples/data/diamonds.csv", import.meta.url));
let folder = "";

function couplet(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...args],
      { cwd: folder, maxBuffer: 1e8 },
      (error, out, err) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
    );
  });
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "couplet-report-"));
  const lines = (await readFile(diamonds, "utf8")).split("\n");
  await writeFile(path.join(folder, "few stones.csv"), lines.slice(0, 401).join("\n"));
  await writeFile(path.join(folder, "others.csv"), [lines[0], ...lines.slice(401, 601)].join("\n"));
  await couplet("fit", "few stones.csv", "--epochs", "2", "-q");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it("writes a page that says how it was made, and does not overwrite one", async () => {
  const args = ["report", "few stones.couplet", "--data", "few stones.csv", "--samples", "300"];
  const made = await couplet(...args);
  expect(made).toMatchObject({ code: 0, out: "" });
  expect(made.err).toMatch(/wrote few stones\.report\.html/);
  const page = await readFile(path.join(folder, "few stones.report.html"), "utf8");
  expect(page).toContain(
    "couplet report &#39;few stones.couplet&#39; --data &#39;few stones.csv&#39; --samples 300",
  );
  expect(page).toContain("rows (of 400) that were held out of training");
  expect(await couplet(...args)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/the file exists\. Use --force/) as string,
  });
});

it("gives its data as JSON, and takes another table as a whole", async () => {
  const args = ["report", "few stones.couplet", "--data", "others.csv", "--samples", "300"];
  const { code, out } = await couplet(...args, "--json", "-q");
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    schemaVersion: 1,
    evaluated: { kind: "other", rows: 200, of: 200 },
    samples: 300,
  });
});

it("asks for the data", async () => {
  expect(await couplet("report", "few stones.couplet")).toMatchObject({ code: 2 });
});

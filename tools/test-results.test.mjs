// What a run's last lines say of its tests.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "couplet-results-"));
afterAll(() => rmSync(folder, { recursive: true }));

const test = (fullName, status, failureMessages = []) => ({ fullName, status, failureMessages });

function summaryOf(suites, environment = {}) {
  const tests = suites.flatMap((suite) => suite.assertionResults);
  const count = (status) => tests.filter((one) => one.status === status).length;
  const file = join(folder, "results.json");
  writeFileSync(
    file,
    JSON.stringify({
      numPassedTests: count("passed"),
      numFailedTests: count("failed"),
      testResults: suites,
    }),
  );
  return spawnSync(process.execPath, ["tools/test-results.mjs", file], {
    encoding: "utf8",
    env: { ...process.env, CI: "", ...environment },
  });
}

it("names a failed test, its file and the first lines of its message", () => {
  const message = "Error: expected 1, got 2\n  at here\n  at b\n  at c\n  at d\n  at e\n  at far";
  const suite = {
    name: "a.test.ts",
    status: "failed",
    assertionResults: [test("adds", "passed"), test("subtracts", "failed", [message])],
  };
  const { stdout, status } = summaryOf([suite]);
  expect(status).toBe(1);
  expect(stdout).toContain("failed: subtracts (a.test.ts)\n  Error: expected 1, got 2");
  expect(stdout).not.toContain("at far");
  expect(stdout).toContain("1 passed, 1 failed");
});

it("counts a file that could not be loaded, with its message", () => {
  const broken = {
    name: "b.test.ts",
    status: "failed",
    message: "no such module",
    assertionResults: [],
  };
  const { stdout, status } = summaryOf([broken]);
  expect(status).toBe(1);
  expect(stdout).toContain("failed: b.test.ts\n  no such module");
});

it("fails on a skip where CI=true, but for data that does not come with the project", () => {
  const suite = (name) => ({
    name: "c.test.ts",
    status: "passed",
    assertionResults: [test("adds", "passed"), test(name, "skipped")],
  });
  expect(summaryOf([suite("in Chromium")]).status).toBe(0);
  expect(summaryOf([suite("in Chromium")], { CI: "true" }).status).toBe(1);
  expect(summaryOf([suite("reads shared/data")], { CI: "true" }).status).toBe(0);
});

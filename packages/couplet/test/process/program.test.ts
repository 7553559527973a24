/** The built package in a process of its own: programs that end by themselves, however they were given. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const cwd = fileURLToPath(new URL(".", import.meta.url));

const program = `
  import { createModel, nice } from "couplet";
  const model = await createModel(nice({ dims: 2 }), { threads: 2, blas: false });
  // Large enough to start the threads; never disposed.
  const logProb = await model.logProb(new Float32Array(100_000));
  console.log(logProb.length, logProb.every(Number.isFinite));`;

async function node(...parameters: string[]): Promise<{ stdout: string; stderr: string }> {
  // The time limit only ends a process that would not have ended.
  return promisify(execFile)(process.execPath, parameters, { cwd, timeout: 60_000 });
}

describe("a program", { timeout: 90_000 }, () => {
  it("ends by itself when its work is done, its threads idle, nothing disposed", async () => {
    const { stdout, stderr } = await node("--input-type=module", "--eval", program);
    expect(stdout).toBe("50000 true\n");
    expect(stderr).toBe("");
  });

  it("may be started with flags that threads cannot take", async () => {
    const { stdout } = await node("--input-type=module", "--title=couplet", "--eval", program);
    expect(stdout).toBe("50000 true\n");
  });
});

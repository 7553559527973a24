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

const preparation = `
  import { alternating, coupling, fit, flow, mlp, repeat } from "couplet";
  const spec = flow({ dims: 4, layers: repeat(4, (i) => coupling({ mask: alternating(i), conditioner: mlp({ width: 64 }) })) });
  const rows = Float64Array.from({ length: 80_000 }, (_, i) => Math.sin(i * i));
  const options = { threads: 2, blas: false };
`;

async function node(...parameters: string[]): Promise<{ stdout: string; stderr: string }> {
  // The time limit only ends a process that would not have ended.
  return promisify(execFile)(process.execPath, parameters, { cwd, timeout: 120_000 });
}

describe("a program", () => {
  it("ends by itself when its work is done, its threads idle, nothing disposed", async () => {
    const { stdout, stderr } = await node("--input-type=module", "--eval", program);
    expect(stdout).toBe("50000 true\n");
    expect(stderr).toBe("");
  });

  // Each of these leaves threads behind in its own way; none disposes anything by hand.
  it.each([
    [
      "a training that was left by break",
      `for await (const event of fit(spec, rows, { ...options, epochs: 1e6 }))
         if (event.type === "epoch") break;`,
    ],
    [
      "a training that was aborted",
      `const controller = new AbortController();
       setTimeout(() => controller.abort(new Error("enough")), 300);
       await fit(spec, rows, { ...options, epochs: 1e6, signal: controller.signal }).catch((error) => {
         if (error.message !== "enough") throw error;
       });`,
    ],
    [
      "a training that was begun and never driven",
      `const run = fit(spec, rows, { ...options, epochs: 1e6 });
       await run[Symbol.asyncIterator]().next();`,
    ],
    [
      "a training that ended, its model still there",
      `const model = await fit(spec, rows, { ...options, epochs: 1 });
       if (!(await model.logProb(rows)).every(Number.isFinite)) throw new Error("not finite");`,
    ],
    [
      "a callback that threw",
      `const run = fit(spec, rows, { ...options, epochs: 1e6, onEvent: () => { throw new Error("mine"); } });
       await run.catch((error) => { if (error.message !== "mine") throw error; });`,
    ],
  ])("ends by itself after %s", async (_name, body) => {
    const { stdout, stderr } = await node(
      "--input-type=module",
      "--eval",
      `${preparation}${body}
      console.log("done");`,
    );
    expect(stdout).toBe("done\n");
    expect(stderr).toBe("");
  });

  it("may be started with flags that threads cannot take", async () => {
    const { stdout } = await node("--input-type=module", "--title=couplet", "--eval", program);
    expect(stdout).toBe("50000 true\n");
  });
});

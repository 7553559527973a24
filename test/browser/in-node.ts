/** Runs a page script in a Node process of its own, on the built package, as a user's program would. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("./run-page.mjs", import.meta.url));

/** Calls `run(input)` of `page/<script>` and returns what it returned, through JSON. */
export async function runInNode(script: string, input: unknown): Promise<unknown> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, script, JSON.stringify(input)],
    { maxBuffer: 1 << 26, timeout: 110_000 },
  );
  return JSON.parse(stdout);
}

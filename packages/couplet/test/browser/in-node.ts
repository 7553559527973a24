/** Runs a page script in a Node process of its own, on the built package, as a user's program would. */
import { execFile } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const pages = fileURLToPath(new URL("./page/", import.meta.url));

/** Calls `run(input)` of `page/<script>` and returns what it returned, through JSON. */
export async function runInNode(script: string, input: unknown): Promise<unknown> {
  const program = `
    const { run } = await import(process.argv[1]);
    console.log(JSON.stringify(await run(JSON.parse(process.argv[2]))));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "--eval", program, path.join(pages, script), JSON.stringify(input)],
    { cwd: pages, maxBuffer: 1 << 26, timeout: 60_000 },
  );
  return JSON.parse(stdout);
}

/** The script of completions in a shell that has nothing but itself. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));

function completions(words: readonly string[]): Promise<string[]> {
  const script = `
    couplet() { "${process.execPath}" "${main}" "$@"; }
    source <(couplet complete bash)
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}) COMP_CWORD=${words.length - 1}
    __couplet_complete 2>/dev/null
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  return new Promise((resolve, reject) => {
    const child = execFile("bash", ["--noprofile", "--norc", "-c", script], (error, out) =>
      error === null ? resolve(out.trim().split("\n")) : reject(error),
    );
    // Nobody types.
    child.stdin?.end();
  });
}

it.runIf(process.platform !== "win32")(
  "bash completes verbs and options without the package bash-completion",
  async () => {
    expect(await completions(["couplet", "sc"])).toEqual(["score", "schema"]);
    expect(await completions(["couplet", "fit", "--epo"])).toEqual(["--epochs"]);
  },
  60_000,
);

/**
 * Keeps what is typed out of a live line: the terminal does not echo while progress shows. Keys are not read: Ctrl-C works as
 * ever, and what was typed is there for the shell afterwards.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

let quiet = false;

/** Switches the echo off until the process ends; nothing where there is no keyboard, or where it is another job's. */
export function quietKeyboard(): void {
  if (quiet || process.platform === "win32" || process.stdin.isTTY !== true) return;
  quiet = true;
  if (!isInForeground() || !stty("-echo")) return;
  process.on("exit", () => void stty("echo"));
}

/** A job in the background that changes the terminal's settings is stopped for it. */
function isInForeground(): boolean {
  try {
    // "pid (name) state parent group session terminal foreground-group ..."; the name may have spaces and brackets.
    const fields =
      process.platform === "linux"
        ? readFileSync("/proc/self/stat", "latin1")
            .replace(/^.*\) /s, "")
            .split(" ")
        : undefined;
    if (fields !== undefined) return fields[2] === fields[5];
    const { stdout } = spawnSync("ps", ["-o", "pgid=,tpgid=", "-p", String(process.pid)], {
      encoding: "utf8",
    });
    const [group, foreground] = stdout.trim().split(/\s+/);
    return group !== undefined && group === foreground;
  } catch {
    return false;
  }
}

function stty(setting: string): boolean {
  const { status } = spawnSync("stty", [setting], { stdio: ["inherit", "ignore", "ignore"] });
  return status === 0;
}

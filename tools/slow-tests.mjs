// The slow tests (*.full.test.ts), those that have waited longest first, and the record of when each passed.
//
//   node tools/slow-tests.mjs               the files in the order to run them, one a line
//   node tools/slow-tests.mjs --passed F    keeps that F passed now
//
// The record is a folder of empty files, one per test, whose times are those of the last pass. It lies outside the
// checkout, in COUPLET_CI_RECORD or the user's cache folder, so that a fresh clone on the same machine continues where
// the last run ended. Tests without a record come first; they begin at another one with every commit, so that a machine
// that keeps nothing reaches all of them in time, too.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const recordFolder = () =>
  process.env.COUPLET_CI_RECORD ||
  path.join(
    process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache"),
    "couplet",
    "slow-tests",
  );

const recordOf = (/** @type {string} */ file) => file.replaceAll("/", "+");

/**
 * `files` in the order of their last pass, oldest first; those without one before all others, the first of them at
 * `start` modulo their number.
 *
 * @param {readonly string[]} files
 * @param {(file: string) => number | undefined} passedAt milliseconds
 * @param {number} start
 * @returns {string[]}
 */
export function longestWaiting(files, passedAt, start) {
  const sorted = files.toSorted();
  const never = sorted.filter((file) => passedAt(file) === undefined);
  const at = never.length === 0 ? 0 : start % never.length;
  const known = sorted
    .filter((file) => passedAt(file) !== undefined)
    .toSorted((a, b) => (passedAt(a) ?? 0) - (passedAt(b) ?? 0));
  return [...never.slice(at), ...never.slice(0, at), ...known];
}

/**
 * When `file` last passed on this machine.
 *
 * @param {string} file
 * @param {string} [folder]
 */
export function lastPass(file, folder = recordFolder()) {
  return statSync(path.join(folder, recordOf(file)), { throwIfNoEntry: false })?.mtimeMs;
}

/**
 * Keeps that `file` passed at `now`.
 *
 * @param {string} file
 * @param {string} [folder]
 * @param {Date} [now]
 */
export function keepPass(file, folder = recordFolder(), now = new Date()) {
  mkdirSync(folder, { recursive: true });
  const record = path.join(folder, recordOf(file));
  writeFileSync(record, "");
  utimesSync(record, now, now);
}

function main() {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const passed = process.argv.indexOf("--passed");
  const file = process.argv[passed + 1];
  if (passed >= 0 && file !== undefined) return keepPass(file);
  const files = ["packages", "test"]
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map(
        (name) => `${folder}/${name.split(path.sep).join("/")}`,
      ),
    )
    .filter((name) => name.endsWith(".full.test.ts") && !/\/(node_modules|dist)\//.test(name));
  let commits = 0;
  try {
    commits = Number(execFileSync("git", ["rev-list", "--count", "HEAD"], { cwd: root }));
  } catch {
    // not a checkout: an archive of the sources begins at its first test
  }
  for (const name of longestWaiting(files, lastPass, commits)) console.log(name);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();

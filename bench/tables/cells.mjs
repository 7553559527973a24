/** One cell of the comparison, a table and a participant: fitted, sampled and judged, each in a process with a time limit. */

import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { fileOf } from "./sets.mjs";

const run = promisify(execFile);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const readJson = (path) => JSON.parse(readFileSync(path, "utf8"));

/** The last words of a process that failed, or that it ran out of time. */
function reasonOf(error, limit) {
  if (error.killed) return `not done within ${limit} s`;
  return String(error.stderr || error.message)
    .trim()
    .split("\n")
    .at(-1);
}

/**
 * Runs the commands of one comparison.
 *
 * @param {{ out: string, python: string | undefined, limit: number }} settings `limit` in seconds, for each fit and for each judgement
 */
export function openCells({ out, python, limit }) {
  const options = { maxBuffer: 64 * 2 ** 20, timeout: limit * 1000 };
  const node = (script, ...rest) => run(process.execPath, [here(script), ...rest], options);
  const py = (script, ...rest) =>
    run(python ?? "", ["-W", "ignore", here(script), ...rest], options);
  const json = async (work) => JSON.parse((await work).stdout.trim().split("\n").at(-1));

  /** Rows split once for everyone; what is there stays. */
  async function prepare(set) {
    const folder = `${out}/${set.name}`;
    if (existsSync(`${folder}/again.csv`)) return;
    mkdirSync(folder, { recursive: true });
    const file = fileOf(set, `${out}/fresh`);
    if (!existsSync(file)) await py("fresh_tables.py", `${out}/fresh`);
    await node("prepare.mjs", file, folder);
  }

  /** Fits and samples, unless that is done. @returns {Promise<string | undefined>} why there is nothing to judge */
  async function fit(set, { name, peer }) {
    const [tableFolder, folder] = [`${out}/${set.name}`, `${out}/${set.name}/${name}`];
    if (existsSync(`${folder}/fit.json`)) return undefined;
    mkdirSync(folder, { recursive: true });
    try {
      if (name === "rows") {
        copyFileSync(`${tableFolder}/again.csv`, `${folder}/samples.csv`);
        writeFileSync(`${folder}/fit.json`, "{}");
      } else if (peer === undefined)
        await node("couplet.mjs", fileOf(set, `${out}/fresh`), tableFolder, folder);
      else await py("synthesizers_peer.py", name, tableFolder, folder);
      return undefined;
    } catch (error) {
      return reasonOf(error, limit);
    }
  }

  /** The figures of the samples, without those that need Python where it is not there. */
  async function judge(set, { name }) {
    const [tableFolder, folder] = [`${out}/${set.name}`, `${out}/${set.name}/${name}`];
    const relations = node(
      "broken-relations.mjs",
      `${tableFolder}/rows.csv`,
      `${folder}/samples.csv`,
      "--json",
    );
    return {
      ...readJson(`${folder}/fit.json`),
      relations: await json(relations),
      own: await json(
        node("judge.mjs", tableFolder, folder, ...(name === "couplet" ? [set.label] : [])),
      ),
      ...(python && { peers: await json(py("judge.py", tableFolder, folder, set.label)) }),
    };
  }

  return {
    prepare,
    /** The cell's figures, or `{ failed }`. */
    async cell(set, participant) {
      const failed = await fit(set, participant);
      if (failed !== undefined) return { failed };
      try {
        return await judge(set, participant);
      } catch (error) {
        return { failed: `judging: ${reasonOf(error, limit)}` };
      }
    },
    /** Takes away what an earlier run left of a cell. */
    forget: (set, { name }) =>
      rmSync(`${out}/${set.name}/${name}`, { recursive: true, force: true }),
  };
}

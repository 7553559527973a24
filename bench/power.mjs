/**
 * The household power data (Papamakarios et al. 2017), by the command alone and with its defaults: `couplet fit` on the training rows, `couplet score` on the
 * test rows, and a full-covariance Gaussian beside it.
 *
 *   npm run bench:power
 *
 * Prints the mean log density of the test rows in nats and the time of both commands; writes bench/out/power.json.
 */

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { dataFolder, needData } from "./data-folder.mjs";

/** The Gaussian fitted on training and validation rows scores this on the test rows (nats; shared/data/README.md). */
const GAUSSIAN = -7.86;
/** The contract: so many nats more than the Gaussian, in so many minutes. */
const MARGIN = 7.5;
const MOST_MINUTES = 20;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
needData("power");
const folder = mkdtempSync(join(os.tmpdir(), "couplet-power-"));
const file = (name) => join(dataFolder, "power", `${name}.npy`);
const model = join(folder, "power.couplet");

/** The command with its talk on this process's standard error; its standard output, its seconds. */
function couplet(...args) {
  const started = performance.now();
  const child = spawn(process.execPath, [here("../packages/cli/dist/main.js"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const parts = [];
  child.stdout.on("data", (chunk) => parts.push(chunk));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) resolve({ text: Buffer.concat(parts).toString("utf8"), seconds });
      else reject(new Error(`couplet ${args[0]} ended with ${code}`));
    });
  });
}

try {
  const fit = await couplet("fit", file("train"), "--output", model);
  const score = await couplet("score", model, file("test"));
  const [header, ...lines] = score.text.trim().split("\n");
  const at = header.split(",").indexOf("nats");
  const nats = lines.map((line) => Number(line.split(",")[at]));
  const mean = nats.reduce((sum, value) => sum + value, 0) / nats.length;
  const variance = nats.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (nats.length - 1);
  const result = {
    rows: nats.length,
    nats: mean,
    standardError: Math.sqrt(variance / nats.length),
    gaussian: GAUSSIAN,
    margin: mean - GAUSSIAN,
    bar: MARGIN,
    minutes: fit.seconds / 60,
    mostMinutes: MOST_MINUTES,
    scoreSeconds: score.seconds,
    holds: mean - GAUSSIAN >= MARGIN && fit.seconds / 60 <= MOST_MINUTES,
    machine: {
      cpu: os.cpus()[0]?.model.trim(),
      cores: os.availableParallelism(),
      node: process.version,
      load: os.loadavg().map((x) => Number(x.toFixed(2))),
      date: new Date().toISOString(),
    },
  };
  mkdirSync(here("out"), { recursive: true });
  writeFileSync(here("out/power.json"), `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(
    `${result.holds ? "holds" : "FAILS"}  must: POWER at least ${MARGIN} nats above the Gaussian's ${GAUSSIAN} within ${MOST_MINUTES} minutes: ` +
      `${mean.toFixed(3)} +- ${result.standardError.toFixed(3)} nats per test row (${result.margin.toFixed(2)} above), ` +
      `fit in ${result.minutes.toFixed(1)} min, ${result.rows} rows scored in ${score.seconds.toFixed(1)} s\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/**
 * Knot slopes tied to the harmonic mean of the neighbouring bins, against the usual ones: likelihood on known densities and the inverse's
 * error in float32, by a flow in PyTorch.
 *
 *   node bench/density/tied-slopes.mjs [--python bench/.venv/bin/python] [--steps 1500] [moons spirals]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { draw, targets } from "./targets.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    python: { type: "string", default: here("../.venv/bin/python") },
    steps: { type: "string", default: "1500" },
  },
});
const names = positionals.length > 0 ? positionals : ["moons", "spirals"];
const points = names.map((name) => {
  const [target, fresh] = [targets[name], draw(targets[name], 5000, 2)];
  const truth = fresh.map((x) => target.logDensity(x));
  return [name, { train: draw(target, 5000, 1), fresh, truth }];
});
mkdirSync(here("../out"), { recursive: true });
const file = here("../out/tied-slopes.json");
writeFileSync(file, JSON.stringify(Object.fromEntries(points)));
const run = spawnSync(options.python, [here("tied_slopes_peer.py"), file, options.steps], {
  stdio: ["ignore", "inherit", "inherit"],
});
process.exitCode = run.status ?? 1;

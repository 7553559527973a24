/** Rows of the density studies: the household power data, digits of the repository, shapes. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { dataFolder, needData } from "../data-folder.mjs";
import { stream } from "./random.mjs";
import { draw, targets } from "./targets.mjs";

/** @returns {{ rows: Float64Array, dims: number }} at most `most` rows, each with the same chance */
export function rowsOf(name, most) {
  if (name === "power") return sampled(power(), most);
  if (name === "digits") return sampled(digits(), most);
  if (targets[name] === undefined)
    throw new Error(`data: expected power, digits or one of ${Object.keys(targets)}, got ${name}`);
  const { dims } = targets[name];
  return { rows: Float64Array.from(draw(targets[name], most, 1).flat()), dims };
}

/** Rows of a study, where there are more than 5,000. */
const mostRows = { power: 12_000, "power-default": 24_000 };

/** The rows of a grid file of `grids/`. */
export function rowsOfStudy(name) {
  return rowsOf(name.replace("-default", ""), mostRows[name] ?? 5000);
}

/** Rows of a part (train, val, test) as little-endian float32 behind the header of a .npy file of version 1. */
export function power(part = "train") {
  needData("power");
  const bytes = readFileSync(`${dataFolder}/power/${part}.npy`);
  const start = 10 + bytes.readUInt16LE(8);
  const count = (bytes.length - start) / 4;
  return {
    rows: Float64Array.from({ length: count }, (_, i) => bytes.readFloatLE(start + 4 * i)),
    dims: 6,
  };
}

/** 1,797 digits of 8 x 8 pixels in 17 grey levels, a uniform draw within each level: densities are bounds of probabilities. */
function digits() {
  const file = fileURLToPath(new URL("../../examples/data/digits.idx.gz", import.meta.url));
  const bytes = gunzipSync(readFileSync(file)).subarray(16);
  const { uniform } = stream(2);
  return { rows: Float64Array.from(bytes, (level) => (level + uniform()) / 17), dims: 64 };
}

/** Selection sampling (Knuth, algorithm S): the order stays. */
function sampled({ rows, dims }, most) {
  const count = rows.length / dims;
  if (count <= most) return { rows, dims };
  const { uniform } = stream(3);
  const kept = [];
  for (let r = 0; r < count && kept.length < most; r++)
    if (uniform() * (count - r) < most - kept.length) kept.push(r);
  return {
    rows: Float64Array.from(kept.flatMap((r) => [...rows.subarray(r * dims, (r + 1) * dims)])),
    dims,
  };
}

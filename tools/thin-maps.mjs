// Thins the source maps that tsc writes to a place for each line, which is where traces and breakpoints lead. A place for each name and
// bracket makes a map larger than the file it belongs to, and readers of an installed package hardly a step wiser.
//
//   packages/*/dist/**/*.map
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), "../packages");
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The numbers of a segment (base-64 VLQ: five bits a digit, lowest first, the sign in the lowest bit). */
function numbersOf(segment) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = digits.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}

function segmentOf(numbers) {
  let text = "";
  for (const number of numbers) {
    let rest = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      const bits = rest & 31;
      rest >>= 5;
      text += digits[rest > 0 ? bits | 32 : bits];
    } while (rest > 0);
  }
  return text;
}

/**
 * Mappings with a place for each line of a source that a line is made of: the first. A segment has a column, a source, its line and its
 * column, each as the difference from the segment before (the first column of a line from 0).
 */
export function thinMappings(mappings) {
  const at = [0, 0, 0];
  let kept = [0, 0, 0];
  return mappings
    .split(";")
    .map((line) => {
      const segments = [];
      let column = 0;
      let keptColumn = 0;
      for (const segment of line === "" ? [] : line.split(",")) {
        const [columns, ...place] = numbersOf(segment);
        column += columns;
        if (place.length < 3) continue;
        for (const i of at.keys()) at[i] += place[i];
        if (segments.length > 0 && at[0] === kept[0] && at[1] === kept[1]) continue;
        // The first place holds from the line's beginning on, however it is indented (tools/slim-programs.mjs).
        const from = segments.length === 0 ? 0 : column;
        segments.push(segmentOf([from - keptColumn, ...at.map((value, i) => value - kept[i])]));
        keptColumn = from;
        kept = [...at];
      }
      return segments.join(",");
    })
    .join(";");
}

/** A map's text, thinned. */
export function thinMap(text) {
  const map = JSON.parse(text);
  return JSON.stringify({ ...map, names: [], mappings: thinMappings(map.mappings) });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const folder of readdirSync(packages)) {
    const dist = path.join(packages, folder, "dist");
    // The studio is bundled later, without maps.
    if (!existsSync(dist)) continue;
    for (const name of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".map")) continue;
      const text = readFileSync(path.join(dist, name), "utf8");
      const thin = thinMap(text);
      if (thin !== text) writeFileSync(path.join(dist, name), thin);
    }
  }
}

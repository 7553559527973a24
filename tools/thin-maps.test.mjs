import { SourceMap } from "node:module";
import { expect, it } from "vitest";
import { build } from "rolldown";
import { thinMap } from "./thin-maps.mjs";

const source = `export function area(width, height) {
  if (width < 0)
    throw new Error("width");
  const depth = 3;

  return [width, height, depth].map((side) => side * 2);
}
`;

/** The place in a source of a character of what was made of it, and the line that its segment is in. */
function placeOf(map, line, column) {
  const entry = map.findEntry(line, column);
  if (!("originalLine" in entry)) return undefined;
  const { originalSource, originalLine, generatedLine } = entry;
  return generatedLine === line ? { originalSource, originalLine } : undefined;
}

it("keeps the source's line of every place, and drops the rest", async () => {
  const { output } = await build({
    input: "area",
    write: false,
    plugins: [{ name: "text", resolveId: (id) => id, load: () => source }],
    output: { sourcemap: true },
  });
  const text = JSON.stringify(output[0].map);
  const thin = thinMap(text);
  expect(thinMap(thin)).toBe(thin);
  expect(JSON.parse(thin).mappings.length).toBeLessThan(JSON.parse(text).mappings.length / 2);
  const [before, after] = [text, thin].map((map) => new SourceMap(JSON.parse(map)));
  const lines = output[0].code.split("\n");
  let places = 0;
  for (const [line, { length }] of lines.entries())
    for (let column = 0; column < length; column++) {
      const place = placeOf(before, line, column);
      if (place === undefined) continue;
      places += 1;
      expect(placeOf(after, line, column)).toEqual(place);
    }
  expect(places).toBeGreaterThan(100);
});

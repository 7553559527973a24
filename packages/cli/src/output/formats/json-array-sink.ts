/** Rows as an array in one JSON object on standard output, written as they come. */
import type { Schema } from "couplet/table";
import { standardOutput } from "../write-file.ts";
import type { RowSink } from "./row-sink.ts";
import { jsonObjects } from "./text-formats.ts";

/**
 * @param key of the array
 * @param head keys before it
 * @param tail keys after it, known at the end
 */
export function jsonArraySink(
  key: string,
  head: Readonly<Record<string, unknown>>,
  schema?: Schema,
  tail: () => Readonly<Record<string, unknown>> = () => ({}),
): RowSink {
  const output = standardOutput();
  const objects = jsonObjects(schema);
  const opening = `${JSON.stringify(head).slice(0, -1)},${JSON.stringify(key)}:[`;
  let rows = 0;
  let begun = false;
  const begin = async () => {
    if (!begun) await output.write(opening);
    begun = true;
  };
  return {
    async write(chunk) {
      await begin();
      const texts = objects(chunk);
      if (texts.length === 0) return;
      await output.write(`${rows > 0 ? "," : ""}${texts.join(",\n")}`);
      rows += chunk.rows;
    },
    async finish() {
      await begin();
      await output.write(`],${JSON.stringify({ rows, ...tail() }).slice(1)}\n`);
    },
    abandon: () => Promise.resolve(),
  };
}

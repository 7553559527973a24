/** The lines that repeat what was done here: for a terminal, and in TypeScript. */
import { anyCondition, given, minutes, model, passes, table, types } from "./studio.ts";

/** The command. */
export function commandLines(): string {
  const file = table.value?.name ?? "data.csv";
  const saved = `${(model.value?.name ?? file).replace(/\.(couplet|csv|tsv|tab|txt)(\.gz)?$/i, "")}.couplet`;
  const declared = Object.entries(types.value).map(([name, type]) => `${name}=${type}`);
  const options = [
    ...(declared.length === 0 ? [] : [`--type ${quoted(declared.join(","))}`]),
    ...(given.value.length === 0 ? [] : [`--given ${quoted(given.value.join(","))}`]),
    ...(anyCondition.value && given.value.length === 0 ? ["--any-condition"] : []),
    ...(passes.value === undefined ? [] : [`--epochs ${passes.value}`]),
    ...(minutes.value === undefined ? [] : [`--max-minutes ${minutes.value}`]),
  ];
  return [
    ["couplet fit", quoted(file), "--output", quoted(saved), ...options].join(" "),
    `couplet score ${quoted(saved)} ${quoted(file)} --lowest 20 --explain`,
    `couplet sample ${quoted(saved)} -n 1000 > samples.csv`,
    `couplet report ${quoted(saved)} --data ${quoted(file)}`,
  ].join("\n");
}

/** The program. */
export function typescriptLines(): string {
  const file = table.value?.name ?? "data.csv";
  const declared = Object.entries(types.value);
  const options = [
    `name: ${JSON.stringify(file)}`,
    ...(declared.length === 0 ? [] : [`infer: { types: ${JSON.stringify(types.value)} }`]),
    ...(given.value.length === 0 ? [] : [`context: ${JSON.stringify(given.value)}`]),
    ...(anyCondition.value && given.value.length === 0 ? ["anyCondition: true"] : []),
    ...(passes.value === undefined ? [] : [`epochs: ${passes.value}`]),
    ...(minutes.value === undefined ? [] : [`maxMinutes: ${minutes.value}`]),
  ];
  return `import { openAsBlob } from "node:fs";
import { readTable } from "couplet/io";
import { fitTable } from "couplet/table";

const table = await readTable(await openAsBlob(${JSON.stringify(file)}), { name: ${JSON.stringify(file)} });
const model = await fitTable(table, { ${options.join(", ")} });
const { nats } = await model.score(table);
const samples = await model.sample(1000, { seed: 1 });
await model.save("model.couplet");
`;
}

function quoted(text: string): string {
  return /^[\w./=,:+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** The lines that repeat what was done here: for a terminal, and in TypeScript. */
import { anyCondition, fit, given, minutes, model, passes, table, types } from "./studio.ts";

/** The options cut names at commas and trim them: such names are told by the saved schema. */
function isTold(name: string): boolean {
  return !name.includes(",") && name.trim() === name;
}

/** A fit that was stopped cannot be repeated: how far it came depends on the machine. */
function remarks(mark: string): string[] {
  return fit.value?.isStopped === true
    ? [`${mark} The fit here was stopped; these lines train to the end.`]
    : [];
}

/** The command. */
export function commandLines(): string {
  const names = [...Object.keys(types.value), ...given.value];
  const byFile = !names.every(isTold);
  const file = table.value?.name ?? "data.csv";
  const saved = `${(model.value?.name ?? file).replace(/\.(couplet|csv|tsv|tab|txt)(\.gz)?$/i, "")}.couplet`;
  const declared = Object.entries(types.value).map(([name, type]) => `${name}=${type}`);
  const options = [
    ...(byFile ? ["--schema schema.json"] : []),
    ...(byFile || declared.length === 0 ? [] : [`--type ${quoted(declared.join(","))}`]),
    ...(byFile || given.value.length === 0 ? [] : [`--given ${quoted(given.value.join(","))}`]),
    ...(anyCondition.value && given.value.length === 0 ? ["--any-condition"] : []),
    ...(passes.value === undefined ? [] : [`--epochs ${passes.value}`]),
    ...(minutes.value === undefined ? [] : [`--max-minutes ${minutes.value}`]),
  ];
  return [
    ...remarks("#"),
    ...(byFile ? ["# schema.json is what Save the schema gives, in the step Data."] : []),
    ["couplet fit", quoted(file), "--output", quoted(saved), ...options].join(" "),
    `couplet score ${quoted(saved)} ${quoted(file)} --lowest 20 --explain`,
    given.value.length === 0
      ? `couplet sample ${quoted(saved)} -n 1000 > samples.csv`
      : `couplet sample ${quoted(saved)} --given-rows ${quoted(file)} > samples.csv`,
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
  return `${remarks("//")
    .map((line) => `${line}\n`)
    .join("")}import { openAsBlob } from "node:fs";
import { readTable } from "couplet/io";
import { fitTable } from "couplet/table";

const table = await readTable(await openAsBlob(${JSON.stringify(file)}), { name: ${JSON.stringify(file)} });
const model = await fitTable(table, { ${options.join(", ")} });
const { nats } = await model.score(table);
const samples = await model.sample(${given.value.length === 0 ? "1000, { seed: 1 }" : "table.rows, { context: table, seed: 1 }"});
await model.save("model.couplet");
`;
}

function quoted(text: string): string {
  return /^[\w./=,:+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

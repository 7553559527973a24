/** The lines that repeat what was done here: for a terminal, and in TypeScript. */
import { anyCondition, given, minutes, model, passes, recipe, table, types } from "./studio.ts";
import type { Recipe } from "./studio.ts";

/** The options cut names at commas and trim them: such names are told by the saved schema. */
function isTold(name: string): boolean {
  return !name.includes(",") && name.trim() === name;
}

/** A fit that was stopped cannot be repeated: how far it came depends on the machine. */
function remarks(mark: string, { isStopped }: Recipe): string[] {
  return isStopped ? [`${mark} The fit here was stopped; these lines train to the end.`] : [];
}

/** How the model was fitted; one from a file is repeated as the page is set. */
function recipeNow(): Recipe {
  return (
    recipe.value ?? {
      types: types.value,
      given: given.value,
      minutes: minutes.value,
      passes: passes.value,
      anyCondition: anyCondition.value,
      isStopped: false,
    }
  );
}

/** The command. */
export function commandLines(): string {
  const made = recipeNow();
  const names = [...Object.keys(made.types), ...made.given];
  const byFile = !names.every(isTold);
  const file = table.value?.name ?? "data.csv";
  const saved = `${(model.value?.name ?? file).replace(/\.(couplet|csv|tsv|tab|txt)(\.gz)?$/i, "")}.couplet`;
  const declared = Object.entries(made.types).map(([name, type]) => `${name}=${type}`);
  const options = [
    ...(byFile ? ["--schema schema.json"] : []),
    ...(byFile || declared.length === 0 ? [] : [`--type ${quoted(declared.join(","))}`]),
    ...(byFile || made.given.length === 0 ? [] : [`--given ${quoted(made.given.join(","))}`]),
    ...(made.anyCondition && made.given.length === 0 ? ["--any-condition"] : []),
    ...(made.passes === undefined ? [] : [`--epochs ${made.passes}`]),
    ...(made.minutes === undefined ? [] : [`--max-minutes ${made.minutes}`]),
  ];
  return [
    ...remarks("#", made),
    ...(byFile ? ["# schema.json is what Save the schema gives, in the step Data."] : []),
    ["couplet fit", quoted(file), "--output", quoted(saved), ...options].join(" "),
    `couplet score ${quoted(saved)} ${quoted(file)} --lowest 20 --explain`,
    made.given.length === 0
      ? `couplet sample ${quoted(saved)} -n 1000 > samples.csv`
      : `couplet sample ${quoted(saved)} --given-rows ${quoted(file)} > samples.csv`,
    `couplet report ${quoted(saved)} --data ${quoted(file)}`,
  ].join("\n");
}

/** The program. */
export function typescriptLines(): string {
  const made = recipeNow();
  const file = table.value?.name ?? "data.csv";
  const declared = Object.entries(made.types);
  const options = [
    `name: ${JSON.stringify(file)}`,
    ...(declared.length === 0 ? [] : [`infer: { types: ${JSON.stringify(made.types)} }`]),
    ...(made.given.length === 0 ? [] : [`context: ${JSON.stringify(made.given)}`]),
    ...(made.anyCondition && made.given.length === 0 ? ["anyCondition: true"] : []),
    ...(made.passes === undefined ? [] : [`epochs: ${made.passes}`]),
    ...(made.minutes === undefined ? [] : [`maxMinutes: ${made.minutes}`]),
  ];
  return `${remarks("//", made)
    .map((line) => `${line}\n`)
    .join("")}import { openAsBlob } from "node:fs";
import { readTable } from "couplet/io";
import { fitTable } from "couplet/table";

const table = await readTable(await openAsBlob(${JSON.stringify(file)}), { name: ${JSON.stringify(file)} });
const model = await fitTable(table, { ${options.join(", ")} });
const { nats } = await model.score(table);
const samples = await model.sample(${made.given.length === 0 ? "1000, { seed: 1 }" : "table.rows, { context: table, seed: 1 }"});
await model.save("model.couplet");
`;
}

function quoted(text: string): string {
  return /^[\w./=,:+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

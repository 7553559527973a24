/** couplet inspect: what a model file holds. */
import type { Command } from "commander";
import { describeSchema, loadTable } from "couplet";

export function addInspect(program: Command): void {
  program
    .command("inspect <model>")
    .description("schema, layers, parameters, held-out scores")
    .option("--json", "one JSON object")
    .action(async (file: string, flags: { readonly json?: boolean }) => {
      const model = await loadTable(file);
      const { heldOut, source, schema, flow } = model;
      const description = flow.describe();
      const { table: _table, history: _history, ...card } = flow.card as Record<string, unknown>;
      process.stdout.write(
        flags.json === true
          ? `${JSON.stringify({ schemaVersion: 1, source, schema, flow: description, heldOut, card })}\n`
          : `${describeSchema(schema)}\n${description.text}\nheld out: ${heldOut.flow.nats.toFixed(3)} +- ${heldOut.flow.standardError.toFixed(3)} nats per row (${heldOut.rows} rows of ${source.rows})\n`,
      );
      model.dispose();
    });
}

/** couplet score: the log density of each row, and its percentile among held-out rows. */
import type { Command } from "commander";
import { loadTable } from "couplet";
import { readTable } from "../data/read-table.ts";
import { csvLine } from "../data/write-csv.ts";
import { interruptSignal } from "../ui/interrupt.ts";

interface ScoreFlags {
  readonly samples: number;
  readonly explain?: boolean;
}

export function addScore(program: Command): void {
  program
    .command("score <model> <table>")
    .description("log density in nats and percentile of each row, as CSV on standard output")
    .option("--samples <n>", "draws that tighten the bound for discrete columns", Number, 1)
    .option("--explain", "add the column that makes each row most unusual, and by how many nats")
    .action(runScore);
}

async function runScore(file: string, data: string, flags: ScoreFlags): Promise<void> {
  const model = await loadTable(file);
  const rows = await readTable(data);
  const signal = interruptSignal();
  const { nats, percentile } = await model.score(rows, {
    samples: flags.samples,
    where: data,
    impossible: "zero",
    signal,
  });
  const why =
    flags.explain === true ? await model.explain(rows, { where: data, signal }) : undefined;
  process.stdout.write(
    csvLine(["nats", "percentile", ...(why === undefined ? [] : ["column", "surprise"])]),
  );
  for (let r = 0; r < rows.rows; r++) {
    const cells: unknown[] = [nats[r]!.toFixed(6), percentile[r]!.toFixed(2)];
    if (why !== undefined) {
      const own = Array.from(
        why.surprise.subarray(r * why.columns.length, (r + 1) * why.columns.length),
      );
      const most = own.indexOf(Math.max(...own));
      cells.push(why.columns[most], own[most]!.toFixed(3));
    }
    process.stdout.write(csvLine(cells));
  }
  model.dispose();
}

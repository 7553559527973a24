/** Runs couplet report: a table through the library's report to a page, to JSON, or both. */
import path from "node:path";
import { writeFileAtomically } from "couplet/node";
import { renderTableReport, tableReport } from "couplet/report";
import type { InputOptions } from "../../input/input-options.ts";
import { openInput } from "../../input/open-input.ts";
import { isImageModel, openModel } from "../../input/open-model.ts";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { checkEnding } from "../../output/check-ending.ts";
import { commandLine } from "../../terminal/command-line.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { duration } from "../../terminal/quantities.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { warnOfExtraColumns } from "../../input/extra-columns.ts";
import { aboutFile } from "../../input/read-table.ts";
import { printableJson } from "../../terminal/printable.ts";

export interface ReportFlags extends GlobalFlags, InputOptions {
  readonly data: string;
  readonly output?: string;
  readonly force?: boolean;
  readonly samples?: number;
  readonly seed: number;
  readonly threads?: number;
}

export async function runReport(file: string, flags: ReportFlags): Promise<void> {
  if (await isImageModel(file)) {
    const { runReportImages } = await import("./report-images.ts");
    return runReportImages(file, flags);
  }
  const reporter = openReporter(flags);
  const page =
    flags.output ??
    (flags.json === true ? undefined : `${file.replace(/\.couplet$/i, "")}.report.html`);
  if (page !== undefined) await checkTarget(page, flags.force === true);
  const model = await openModel(file, flags, [flags.data]);
  const signal = interruptSignal();
  const input = await openInput([flags.data], flags, (text) => reporter.warn(text));
  try {
    warnOfExtraColumns(input, model.schema, reporter);
    if (page !== undefined) {
      await checkDistinct(page, [file, ...input.paths]);
      checkEnding(page, "a page", [".html", ".htm"]);
    }
    const report = await aboutFile(input.name, async () =>
      tableReport(model, input, {
        name: path.basename(input.name),
        command: commandLine(),
        seed: flags.seed,
        signal,
        onPart: (part) => reporter.live(`report: ${part}`),
        ...(flags.samples === undefined ? {} : { samples: flags.samples }),
      }),
    );
    for (const notice of await input.notices()) reporter.warn(notice);
    if (page !== undefined) {
      const text = await renderTableReport(report);
      await writeFileAtomically(page, text);
      reporter.say(
        `wrote ${page} (${Math.ceil(Buffer.byteLength(text) / 1000)} kB, ${duration(report.elapsedMs / 1000)})`,
      );
    }
    if (flags.json === true) process.stdout.write(`${printableJson(report)}\n`);
  } finally {
    await input.close();
    model.dispose();
  }
}

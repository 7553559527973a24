/** Runs couplet report on a model of images: to a page, to JSON, or both. */
import path from "node:path";
import { ImageModel } from "couplet/images";
import { writeFileAtomically } from "couplet/node";
import { imageReport, renderImageReport } from "couplet/report";
import type { ImageReport } from "couplet/report";
import { imagesFor } from "../../input/images/images-for.ts";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { commandLine } from "../../terminal/command-line.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { duration } from "../../terminal/quantities.ts";
import { openReporter } from "../../terminal/reporter.ts";
import type { ReportFlags } from "./run.ts";
import { printableJson } from "../../terminal/printable.ts";

export async function runReportImages(file: string, flags: ReportFlags): Promise<void> {
  const reporter = openReporter(flags);
  const started = performance.now();
  const page =
    flags.output ??
    (flags.json === true ? undefined : `${file.replace(/\.couplet$/i, "")}.report.html`);
  if (page !== undefined) {
    await checkTarget(page, flags.force === true);
    await checkDistinct(page, [file, flags.data]);
  }
  const source = await imagesFor([flags.data], (text) => reporter.warn(text));
  const model = await ImageModel.load(
    file,
    flags.threads === undefined ? {} : { threads: flags.threads },
  );
  try {
    const report = await imageReport(model, source, {
      name: path.basename(source.name),
      command: commandLine(),
      seed: flags.seed,
      signal: interruptSignal(),
      onPart: (part) => reporter.live(`report: ${part}`),
      ...(flags.samples === undefined ? {} : { images: flags.samples }),
    });
    if (page !== undefined) {
      const text = await renderImageReport(report);
      await writeFileAtomically(page, text);
      reporter.say(
        `wrote ${page} (${Math.ceil(Buffer.byteLength(text) / 1000)} kB, ${duration((performance.now() - started) / 1000)})`,
      );
    }
    if (flags.json === true)
      process.stdout.write(`${printableJson({ schemaVersion: 1, ...numbersOf(report) })}\n`);
  } finally {
    model.dispose();
  }
}

/** The report without its pictures. */
function numbersOf(report: ImageReport): object {
  const { real, sampled, temperatures, interpolations, history, ...numbers } = report;
  void [real, sampled, temperatures, interpolations];
  const ranked = (list: ImageReport["leastLikely"]) =>
    list.map(({ number, bits }) => ({ number, bits }));
  return {
    ...numbers,
    leastLikely: ranked(report.leastLikely),
    mostLikely: ranked(report.mostLikely),
    history: history.map(({ seen, bits }) => ({ images: seen, bits })),
  };
}

/** Runs couplet export. */
import { writeFileAtomically } from "couplet/node";
import { toOnnx } from "couplet/onnx";
import { openAnyModel } from "../../input/open-model.ts";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { checkEnding } from "../../output/check-ending.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { openReporter } from "../../terminal/reporter.ts";

interface ExportFlags extends GlobalFlags {
  readonly force?: boolean;
  readonly direction: "encode" | "decode";
  readonly float64?: boolean;
}

export async function runExport(
  file: string,
  target: string | undefined,
  flags: ExportFlags,
): Promise<void> {
  const reporter = openReporter(flags);
  const output = target ?? `${file.replace(/\.couplet$/iu, "")}.onnx`;
  await checkTarget(output, flags.force === true);
  await checkDistinct(output, [file]);
  checkEnding(output, "an ONNX file", [".onnx"]);
  const opened = await openAnyModel(file, { threads: 1 });
  const isTable = opened.kind === "table";
  const model = isTable ? opened.model.flow : opened.model;
  try {
    const { direction, float64 = false } = flags;
    const bytes = toOnnx(model, { direction, float64 });
    await writeFileAtomically(output, bytes);
    const { dims, context } = model.spec;
    const about = {
      schemaVersion: 1,
      file: output,
      bytes: bytes.length,
      inputs: {
        [direction === "encode" ? "x" : "z"]: ["rows", dims],
        ...((context as number) === 0 ? {} : { context: ["rows", context] }),
      },
      outputs:
        direction === "encode"
          ? { z: ["rows", dims], logDet: ["rows"], logProb: ["rows"] }
          : { x: ["rows", dims], logDet: ["rows"] },
      type: float64 ? "float64" : "float32",
      encodedRows: isTable,
    };
    if (flags.json === true) process.stdout.write(`${JSON.stringify(about)}\n`);
    reporter.say(
      `wrote ${output} (${Math.ceil(bytes.length / 1000)} kB): ${shapes(about.inputs)} -> ${shapes(about.outputs)}, ${about.type}`,
    );
    if (isTable)
      reporter.warn(
        `${output} takes rows that are encoded as the table's model does it, not the table's own columns; the encoders are in its metadata, as couplet.table`,
      );
  } finally {
    opened.model.dispose();
  }
}

function shapes(ports: Readonly<Record<string, readonly unknown[]>>): string {
  return Object.entries(ports)
    .map(([name, shape]) => `${name} [${shape.join(", ")}]`)
    .join(", ");
}

/** Runs couplet export. */
import { CoupletError, FlowModel } from "couplet";
import { writeFileAtomically } from "couplet/node";
import { toOnnx } from "couplet/onnx";
import { TableModel } from "couplet/table";
import { checkModelFile } from "../../input/open-model.ts";
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
  await checkModelFile(file);
  await checkDistinct(output, [file]);
  checkEnding(output, "an ONNX file", [".onnx"]);
  const table = await tableModel(file);
  const model = table?.flow ?? (await FlowModel.load(file, { threads: 1 }));
  try {
    const { direction, float64 = false } = flags;
    const isTable = table !== undefined;
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
    (table ?? model).dispose();
  }
}

/** The model of a table, which takes encoded rows; undefined for a flow of numbers. */
async function tableModel(file: string): Promise<TableModel | undefined> {
  return TableModel.load(file, { threads: 1 }).catch((error: unknown) => {
    if (error instanceof CoupletError && error.code === "FILE_INVALID") return undefined;
    throw error;
  });
}

function shapes(ports: Readonly<Record<string, readonly unknown[]>>): string {
  return Object.entries(ports)
    .map(([name, shape]) => `${name} [${shape.join(", ")}]`)
    .join(", ");
}

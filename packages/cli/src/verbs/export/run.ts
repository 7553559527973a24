/** Runs couplet export. */
import { CoupletError, type FlowModel } from "couplet";
import type { TableModel } from "couplet/table";
import { writeFileAtomically } from "couplet/node";
import { tableInputs, tableOutputs, toOnnx } from "couplet/onnx";
import type { TablePort } from "couplet/onnx";
import { openAnyModel } from "../../input/open-model.ts";
import { checkDistinct, checkTarget } from "../../output/check-target.ts";
import { checkEnding } from "../../output/check-ending.ts";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { openReporter } from "../../terminal/reporter.ts";
import { printableJson } from "../../terminal/printable.ts";

interface ExportFlags extends GlobalFlags {
  readonly force?: boolean;
  readonly encoded?: boolean;
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
  try {
    if (opened.kind !== "table" && flags.encoded === true) throw notOfTable(file);
    const { direction, float64 = false } = flags;
    const isEncoded = opened.kind === "table" && flags.encoded === true;
    const model = isEncoded ? opened.model.flow : opened.model;
    const bytes = toOnnx(model, { direction, float64 });
    await writeFileAtomically(output, bytes);
    const about = {
      schemaVersion: 1,
      file: output,
      bytes: bytes.length,
      ...("codec" in model ? tablePorts(model, direction) : flowPorts(model, direction)),
      type: float64 ? "float64" : "float32",
      encodedRows: isEncoded,
    };
    if (flags.json === true) process.stdout.write(`${printableJson(about)}\n`);
    reporter.say(
      `wrote ${output} (${Math.ceil(bytes.length / 1000)} kB): ${shapes(about.inputs)} -> ${shapes(about.outputs)}, ${about.type}`,
    );
    if (isEncoded)
      reporter.warn(
        `${output} takes rows that are encoded as the table's model does it, not the table's own columns; the encoders are in its metadata, as couplet.table`,
      );
  } finally {
    opened.model.dispose();
  }
}

type Ports = Readonly<Record<string, readonly (number | string)[]>>;

function tablePorts(
  model: TableModel,
  direction: "encode" | "decode",
): { readonly inputs: Ports; readonly outputs: Ports } {
  const shapesOf = (ports: readonly TablePort[]): Ports =>
    Object.fromEntries(
      ports.map(({ name, column }) => [
        name,
        column === undefined && name !== "logProb" ? ["rows", model.codec.dims] : ["rows"],
      ]),
    );
  return {
    inputs: shapesOf(tableInputs(model, direction)),
    outputs: shapesOf(tableOutputs(model, direction)),
  };
}

function flowPorts(
  { spec }: FlowModel,
  direction: "encode" | "decode",
): { readonly inputs: Ports; readonly outputs: Ports } {
  const { dims } = spec;
  const context = spec.context as number;
  return {
    inputs: {
      [direction === "encode" ? "x" : "z"]: ["rows", dims],
      ...(context === 0 ? {} : { context: ["rows", context] }),
    },
    outputs:
      direction === "encode"
        ? { z: ["rows", dims], logDet: ["rows"], logProb: ["rows"] }
        : { x: ["rows", dims], logDet: ["rows"] },
  };
}

function notOfTable(file: string): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where: "--encoded",
    expected: "the model of a table",
    received: `${file}, a flow`,
    hint: "Leave the option out: such a model takes its rows as they are.",
  });
}

function shapes(ports: Readonly<Record<string, readonly unknown[]>>): string {
  return Object.entries(ports)
    .map(([name, shape]) => `${name} [${shape.join(", ")}]`)
    .join(", ");
}

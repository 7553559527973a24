/** couplet export: a model as an ONNX file. */
import type { Command } from "commander";
import { Option } from "commander";
import { helpText } from "../../terminal/help-text.ts";
import { jsonOption } from "../../terminal/option-values.ts";

export function addExport(program: Command): void {
  program
    .command("export")
    .description("write a model as an ONNX file, for onnxruntime in any language")
    .argument("<model>", "a model file")
    .argument("[output]", "file to write (default: <model>.onnx)")
    .option("--force", "replace an existing file")
    .addOption(
      new Option(
        "--direction <which>",
        "encode: rows to log-densities; decode: latent rows to rows",
      )
        .choices(["encode", "decode"])
        .default("encode"),
    )
    .option("--encoded", "of a table's model: the flow alone, which takes encoded rows")
    .option("--float64", "compute in float64 (CPU and WebAssembly providers)")
    .addOption(jsonOption("inputs and outputs of the file as one JSON object"))
    .addHelpText(
      "after",
      helpText(
        [
          "Writes a model with standard operators (opset 17), no random operators, for any",
          "number of rows. Of a flow, encode gives z, logDet and logProb (nats per row) and",
          "decode gives x and logDet. Of a table the columns themselves go in, one input",
          "each, with uniform noise that fills the intervals of discrete cells; z and",
          "logProb come out. With --direction decode rows of the flow's base go in and the",
          "columns come out. Relations between columns are in both.",
        ],
        "couplet export model.couplet model.onnx",
        "couplet export model.couplet decoder.onnx --direction decode --float64",
        "couplet export model.couplet flow.onnx --encoded",
      ),
    )
    .action(
      async (model: string, output: string | undefined, _flags: unknown, command: Command) => {
        const { runExport } = await import("./run.ts");
        await runExport(model, output, command.optsWithGlobals());
      },
    );
}

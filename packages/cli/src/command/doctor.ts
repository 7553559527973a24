/** couplet doctor: threads, SIMD and BLAS, and why. */
import type { Command } from "commander";
import { createModel, flow, lu } from "couplet";

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("what will be used on this machine, and why")
    .option("--json", "one JSON object")
    .action(async (flags: { readonly json?: boolean }) => {
      const model = await createModel(flow({ dims: 2, layers: [lu()] }));
      const report = await model.deviceReport();
      model.dispose();
      if (flags.json === true) {
        process.stdout.write(
          `${JSON.stringify({ schemaVersion: 1, node: process.version, ...report })}\n`,
        );
        return;
      }
      process.stdout.write(
        `node      ${process.version}\nthreads   ${report?.threads} of ${report?.cores} hardware threads\nSIMD      ${report?.simd}\n` +
          `products  ${report?.gemm}${report?.blasReason === undefined ? "" : ` (no BLAS: ${report.blasReason})`}\n`,
      );
    });
}

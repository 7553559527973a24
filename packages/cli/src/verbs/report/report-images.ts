/** Runs couplet report on a model of images. */
import { CoupletError } from "couplet";

export function runReportImages(file: string): Promise<void> {
  return Promise.reject(
    new CoupletError({
      code: "NOT_SUPPORTED",
      where: file,
      expected: "a model of a table",
      received: "one of images",
      hint: "couplet inspect and couplet score say how good it is.",
    }),
  );
}

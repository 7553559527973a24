/** What a model is called where --output does not say. */
import { stat } from "node:fs/promises";
import path from "node:path";

/** The name of the model of a file: data.csv.gz gives data, and the pattern sales-*.csv gives sales. */
export async function baseName(file: string): Promise<string> {
  if (file === "-") return "model";
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  const plain = exists
    ? file
    : file.replaceAll(/[*?[\]]+/g, "").replace(/[-_.]+(?=(\.[a-z0-9]+)*$)/i, "");
  const base = plain.replace(/(\.[a-z][a-z0-9]*)+$/i, "");
  return path.basename(base) === "" ? path.join(path.dirname(file), "model") : base;
}

/** The parts of docs/how-to/python.md for engines, each where its package is installed (test/python/requirements-engines.txt). */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPythonShop, unequal } from "./how-to.ts";
import type { PythonShop } from "./how-to.ts";

const own = fileURLToPath(new URL("python/.venv/bin/python", import.meta.url));
const python = process.env["ENGINES_PYTHON"] ?? own;

/** Whether Python has these packages; PySpark needs Java as well. */
function has(...packages: readonly string[]): boolean {
  if (process.env["ENGINES_PYTHON"] === undefined && !existsSync(own)) return false;
  if (packages.includes("pyspark") && spawnSync("java", ["-version"]).status !== 0) return false;
  return spawnSync(python, ["-c", `import onnxruntime, ${packages.join(", ")}`]).status === 0;
}

const hasFiles = has("pandas", "pyarrow");

describe("the how-to for engines", () => {
  let shop: PythonShop | undefined;
  beforeAll(() => {
    if (!hasFiles) return;
    shop = openPythonShop("docs/how-to/python.md", python);
    shop.run(
      "-c",
      `import pandas as pd
pd.read_csv("houses.csv", parse_dates=["built"]).to_parquet("houses.parquet", row_group_size=200)`,
    );
  });
  afterAll(() => shop?.remove());

  it.skipIf(!hasFiles)("scores a Parquet file where pyarrow is installed", () => {
    shop!.run("score_frame.py");
    expect(unequal(shop!.numbersOf("scores-frame.csv"), shop!.numbersOf("scores.csv"))).toEqual([]);
  });

  it.skipIf(!(hasFiles && has("pyspark")))("scores in PySpark where pyspark is installed", () => {
    shop!.run("score_spark.py");
    expect(unequal(shop!.numbersOf("scores-spark.csv"), shop!.numbersOf("scores.csv"))).toEqual([]);
  });

  it.skipIf(!(hasFiles && has("ray.data")))("scores in Ray Data where ray is installed", () => {
    shop!.run("score_ray.py");
    expect(unequal(shop!.numbersOf("scores-ray.csv"), shop!.numbersOf("scores.csv"))).toEqual([]);
  });
});

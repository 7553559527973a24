/** The Python programs of a guide, as files in a folder of their own beside a table, its model, the exported graph and the library's scores. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { generator } from "./random.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** A folder with the programs and the data. */
export interface PythonShop {
  readonly folder: string;
  run(program: string, ...given: string[]): string;
  /** The last column of a CSV file. */
  numbersOf(file: string): Float64Array;
  remove(): void;
}

const ROWS = 700;

/** Two numbers, a category with missing cells, integers, a day; and the number of the row, which is a key. */
function houses(): string {
  const { uniform, normal } = generator(41);
  const lines = Array.from({ length: ROWS }, (_, i) => {
    const area = Math.exp(4 + 0.4 * normal());
    const cells = [
      i,
      area,
      1500 * area * Math.exp(0.2 * normal()),
      uniform() < 0.1 ? "" : ["north", "south", "west"][Math.floor(3 * uniform())]!,
      Math.round(area / 25 + uniform()),
      new Date(Date.UTC(2020, 0, 1 + Math.floor(900 * uniform()))).toISOString().slice(0, 10),
    ];
    return cells.join(",");
  });
  return `row,area,price,side,rooms,built\n${lines.join("\n")}\n`;
}

/** @param python with what the programs import; it writes the Parquet file where it has pandas */
export function openPythonShop(guide: string, python: string): PythonShop {
  const folder = mkdtempSync(path.join(tmpdir(), "couplet-how-to-"));
  const text = readFileSync(path.join(root, guide), "utf8");
  for (const [, name, code] of text.matchAll(/```python\n# (\S+\.py)\n([\s\S]*?)```/gu))
    writeFileSync(path.join(folder, name!), code!);
  writeFileSync(path.join(folder, "houses.csv"), houses());
  const couplet = (...given: string[]): void =>
    void execFileSync(
      process.execPath,
      [path.join(root, "packages/cli/dist/main.js"), ...given, "-q"],
      { cwd: folder },
    );
  couplet("fit", "houses.csv", "--epochs", "2", "--seed", "3", "--relations", "none");
  couplet("export", "houses.couplet", "houses.onnx");
  couplet("score", "houses.couplet", "houses.csv", "-o", "scores.csv");
  return {
    folder,
    run(program, ...given) {
      const { status, stdout, stderr } = spawnSync(python, [program, ...given], {
        cwd: folder,
        encoding: "utf8",
        env: { ...process.env, PYTHONPATH: folder, PYSPARK_PYTHON: python },
      });
      if (status !== 0) throw new Error(stderr);
      return stdout;
    },
    numbersOf(file) {
      const [head, ...lines] = readFileSync(path.join(folder, file), "utf8").trim().split("\n");
      const at = head!.split(",").indexOf("nats");
      return Float64Array.from(lines, (line) => Number(line.split(",")[at]));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Where two lists of scores differ by more than the tolerance of an export. */
export function unequal(a: Float64Array, b: Float64Array): number[] {
  if (a.length !== b.length) return [a.length, b.length];
  return [...a.keys()].filter((i) => !(Math.abs(a[i]! - b[i]!) <= 1e-4 + 1e-5 * Math.abs(b[i]!)));
}

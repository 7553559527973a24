/** The examples in docstrings: the code after each `@example`, with what it is an example of. */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";

/** An example of a docstring. */
export interface DocstringExample {
  /** The file, relative to the repository. */
  readonly file: string;
  /** Line of its tag, 1-based. */
  readonly line: number;
  /** The function, class, constant or method whose docstring it stands in. */
  readonly of: string;
  readonly code: string;
}

/** The examples in the docstrings of the packages' sources. */
export function docstringExamples(root: string): readonly DocstringExample[] {
  return ["couplet", "couplet-systems"].flatMap((folder) => {
    const from = path.join("packages", folder, "src");
    return readdirSync(path.join(root, from), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !/\.(test|as)\.ts$/.test(file))
      .sort()
      .flatMap((file) => examplesIn(path.join(from, file), root));
  });
}

function examplesIn(file: string, root: string): DocstringExample[] {
  const text = readFileSync(path.join(root, file), "utf8");
  return [...text.matchAll(/^ *\/\*\*[\s\S]*?\*\/\n/gm)].flatMap((comment) => {
    if (!comment[0].includes("@example")) return [];
    const lines = comment[0].split("\n").map((line) => line.replace(/^ *(\/\*\*|\*\/|\*) ?/, ""));
    const before = text.slice(0, comment.index).split("\n").length;
    const after = text.slice(comment.index + comment[0].length);
    const of =
      /^(?:\/\/.*\n)*\s*(?:(?:export|declare|async|static|readonly|function\*?|class|const) )*(\w+)/.exec(
        after,
      )?.[1];
    return lines.flatMap((line, at) => {
      if (!line.startsWith("@example")) return [];
      const rest = lines.slice(at + 1);
      const end = rest.findIndex((one) => one.startsWith("@"));
      const code = rest.slice(0, end < 0 ? undefined : end).filter((one) => !one.startsWith("```"));
      return [{ file, line: before + at, of: of ?? "", code: `${code.join("\n").trimEnd()}\n` }];
    });
  });
}

/** The names that examples take as given, for the compiler. */
export const givenNames = `
import type { FlowModel, FlowSpec } from "couplet";
import type { Energy } from "couplet/energy";
import type { Images } from "couplet/images";
import type { Table, TableModel } from "couplet/table";

declare global {
  const rows: number[][];
  const heldOut: number[][];
  const thetas: number[][];
  const simulated: number[][];
  const spec: FlowSpec<false>;
  const model: FlowModel<false>;
  const posterior: FlowModel<true>;
  const energy: Energy;
  const digits: Images;
  const labels: Uint8Array;
  const people: Table;
  const modelOfPeople: TableModel;
}
`;

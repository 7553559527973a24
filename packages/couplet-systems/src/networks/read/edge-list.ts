import { isDecimal } from "../../decimal.ts";
import { checkOptions } from "couplet/kit";
import {
  multilayerNetwork,
  type Edge,
  type MultilayerNetwork,
  type NetworkLayerSpec,
} from "../multilayer.ts";
import { badLine, closedQuotes, fields, meaningfulLines, numberField, type Line } from "./lines.ts";
import { mergeRepeated, repeatWarnings, totalRepeats } from "./repeated-links.ts";

/** Options of {@link readEdgeList}. */
export interface EdgeListOptions {
  readonly where?: string;
  readonly directed?: boolean;
  /** Name of the layer that a file without a layer column makes; default "layer". */
  readonly layer?: string;
}

const roles: ReadonlyMap<string, "from" | "to" | "weight" | "layer"> = new Map(
  Object.entries({
    from: "from",
    source: "from",
    src: "from",
    i: "from",
    u: "from",
    node1: "from",
    to: "to",
    target: "to",
    dst: "to",
    j: "to",
    v: "to",
    node2: "to",
    weight: "weight",
    w: "weight",
    layer: "layer",
  } as const),
);

/**
 * Reads an edge list in CSV, TSV or white-space form. A header naming `from,to[,weight][,layer]` (or
 * `source,target`, ...) may come first; without one the columns are from, to, weight. Columns of other names are left
 * out, and `warnings` names them. All lines have as many fields. With a layer column the links go to layers of those names, without links between layers.
 *
 * Layers are simple graphs, as NetworkX's `read_edgelist` makes them: a link listed again (in an undirected layer in
 * either direction) is the same link with the last listing's weight, and a node may have a link to itself.
 *
 * @throws CoupletError FILE_INVALID with the line
 */
export function readEdgeList(text: string, options: EdgeListOptions = {}): MultilayerNetwork {
  checkOptions("readEdgeList", options, { where: "", directed: false, layer: "" });
  return multilayerNetwork(edgeListLayers(text, options));
}

/** The layers of an edge list as plain data, to be joined with others, and what was merged in them. */
export function edgeListLayers(
  text: string,
  options: EdgeListOptions = {},
): { readonly layers: readonly NetworkLayerSpec[]; readonly warnings: readonly string[] } {
  checkOptions("edgeListLayers", options, { where: "", directed: false, layer: "" });
  const where = options.where ?? "edge list";
  const lines = meaningfulLines(text);
  const first = lines[0];
  if (first === undefined) return badLine(where, 1, "at least one edge", "an empty file");
  refuseOtherFiles(first, where);
  const split = separatorOf(lines, where);
  const names = split(first);
  const head = names.map((name) => roles.get(name.toLowerCase()));
  const hasHeader = isHeader(head);
  const columns = hasHeader ? head : (["from", "to", "weight"] as const).slice(0, names.length);
  const at = (role: string): number => (columns as readonly (string | undefined)[]).indexOf(role);
  if (hasHeader) {
    const twice = head.find((role, i) => role !== undefined && head.indexOf(role) < i);
    if (twice !== undefined)
      badLine(where, first.number, `one column for "${twice}"`, `"${first.text}"`);
  } else refuseUnknownHeader(lines, split, where);
  const leftOut = hasHeader ? names.filter((_, i) => head[i] === undefined) : [];
  const byLayer = new Map<string, Edge[]>();
  for (const line of hasHeader ? lines.slice(1) : lines) {
    const parts = split(line);
    const [from, to] = [parts[at("from")], parts[at("to")]];
    if (from === undefined || to === undefined || from === "" || to === "")
      badLine(where, line.number, "two nodes", `"${line.text}"`);
    if (parts.length !== names.length || parts.length > columns.length)
      badLine(
        where,
        line.number,
        hasHeader || names.length <= columns.length
          ? `${names.length} fields, as in line ${first.number}`
          : "from, to and a weight, or a header",
        `${parts.length}: "${line.text}"`,
      );
    const weightField = at("weight") < 0 ? undefined : parts[at("weight")];
    const layer =
      at("layer") < 0
        ? (options.layer ?? "layer")
        : parts[at("layer")] || badLine(where, line.number, "a layer", `"${line.text}"`);
    const edges = byLayer.get(layer) ?? [];
    byLayer.set(layer, edges);
    edges.push([
      from!,
      to!,
      weightField === undefined ? 1 : numberField(weightField, where, line.number, "weight"),
    ]);
  }
  const directed = options.directed ?? false;
  const merged = Array.from(byLayer, ([name, edges]) => ({
    name,
    ...mergeRepeated(edges, "last", directed),
  }));
  return {
    layers: merged.map(({ name, links }) => ({ name, edges: links, directed })),
    warnings: [
      ...repeatWarnings(
        where,
        totalRepeats(merged.map(({ repeats }) => repeats)),
        "each is one link, with the last weight",
      ),
      ...(leftOut.length === 0
        ? []
        : [
            `${where}: the network leaves out the ${leftOut.length === 1 ? "column" : "columns"} ${leftOut.join(", ")}`,
          ]),
    ],
  };
}

type Split = (line: Line) => readonly string[];

const isHeader = (head: readonly (string | undefined)[]): boolean =>
  head.includes("from") && head.includes("to");

/** Refuses pages and files of other programs, whose first lines would do for links. */
function refuseOtherFiles(first: Line, where: string): void {
  if (/^<[!?a-z]/i.test(first.text))
    badLine(where, first.number, "an edge list", `markup: "${first.text.slice(0, 40)}"`);
  if (/^(?:%|\/\/|\*vertices\b|graph\s*\[)/i.test(first.text))
    badLine(
      where,
      first.number,
      "two nodes, or a header with from and to",
      `"${first.text.slice(0, 40)}"`,
      "Comments begin with #.",
    );
}

/** How lines are cut into fields: at the one separator that suits all of them, or at white space. */
function separatorOf(lines: readonly Line[], where: string): Split {
  const first = lines[0]!;
  const atBlanks: Split = (line) => {
    const parts = fields(line.text);
    closedQuotes(parts, line, where);
    return parts;
  };
  const cuts = new Map(
    [",", ";", "\t"].map((separator): [string, Split] => [
      separator,
      ({ text }) => csvFields(text, separator),
    ]),
  );
  let suited = [...cuts.values()].filter((cut) => cut(first).length > 1);
  const headed = suited.filter((cut) =>
    isHeader(cut(first).map((name) => roles.get(name.toLowerCase()))),
  );
  if (headed.length > 0) suited = headed;
  else if (suited.length > 1) {
    const even = suited.filter((cut) => {
      const width = cut(first).length;
      return width < 4 && lines.every((line) => cut(line).length === width);
    });
    if (even.length > 0) suited = even;
  }
  const isList = (cut: Split): boolean =>
    lines.every((line) => {
      const parts = cut(line);
      return parts.length === 2 || (parts.length === 3 && isDecimal(parts[2]!));
    });
  if (headed.length === 0 && suited.length === 1 && suited[0] === cuts.get("\t"))
    // "a b<tab>3" may be a link of a and b, or one of "a b" and 3
    if (
      isList(({ text }) => fields(text)) &&
      suited[0]!(first).length !== fields(first.text).length
    )
      suited = [...suited, atBlanks];
  if (suited.length > 1)
    badLine(
      where,
      first.number,
      "fields with one separator between them",
      `several that suit: "${first.text}"`,
      "Name the columns in a header (from, to, weight), or quote fields that hold a separator.",
    );
  return suited[0] ?? atBlanks;
}

/** Refuses a first line of names over lines of numbers: a header whose words say nothing, which would be a link. */
function refuseUnknownHeader(lines: readonly Line[], split: Split, where: string): void {
  const [first, ...rest] = lines;
  const areNumbers = (line: Line): boolean => split(line).slice(0, 2).every(isDecimal);
  if (rest.length === 0 || !rest.every(areNumbers)) return;
  if (split(first!).slice(0, 2).some(isDecimal)) return;
  badLine(
    where,
    first!.number,
    "a header that names from and to (or source and target), or none",
    `"${first!.text}"`,
  );
}

/** Fields of one CSV line; double quotes keep separators, doubled quotes stand for one. */
function csvFields(text: string, separator: string): string[] {
  const out: string[] = [];
  let field = "";
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '"' && text[i + 1] === '"') field += text[i++];
      else if (c === '"') quoted = false;
      else field += c;
    } else if (c === '"') quoted = true;
    else if (c === separator) {
      out.push(field.trim());
      field = "";
    } else field += c;
  }
  out.push(field.trim());
  return out;
}

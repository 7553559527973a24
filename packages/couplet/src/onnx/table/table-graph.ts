/** A table's model as a graph: the table's own columns go in, the log-density of each row comes out. */
import type { OnnxOp } from "../../engine/onnx/onnx-op.ts";
import type { OnnxGraph } from "../../engine/onnx/onnx-graph.ts";
import type { DifferenceState } from "../../table/encode/related-encoder.ts";
import type { RelationPlan } from "../../table/relations/plan-relations.ts";
import { isCategorical } from "../../table/schema/schema.ts";
import { scoreNodes } from "../score-nodes.ts";
import { Arithmetic } from "./arithmetic.ts";
import { type ColumnCells, contextNodes, readColumns } from "./cells-of-table.ts";
import { type ColumnToEncode, encodedColumns } from "./encode-nodes.ts";
import { brokenNodes, checkRelations, narrowedNodes } from "./relations/narrowed-nodes.ts";
import type { RelatedCells } from "./relations/open-nodes.ts";
import { LATENT, LOG_PROB, type ModelOfTable, NOISE, tableInputs } from "./table-ports.ts";

/**
 * Emits the graph of the log-density.
 *
 * @throws CoupletError NOT_SUPPORTED for a relation that has no nodes
 */
export function tableGraph(
  g: OnnxGraph,
  model: ModelOfTable,
  ops: ReadonlyMap<string, OnnxOp>,
): void {
  const { flow, codec } = model;
  const inputs = tableInputs(model);
  g.reserve([...inputs.map(({ name }) => name), LATENT, LOG_PROB]);
  const m = new Arithmetic(g);
  const columns = readColumns(m, codec, inputs);
  const noise = g.input(NOISE, "double", ["rows", codec.dims]);
  const zero = m.multiply(m.columnOf(noise, 0), 0);
  const { differences = {} } = codec.toJSON();
  const { plan, modelled } = codec.readable;
  const data = columns.filter((column) => column.schema.role !== "context");
  const given = columns.filter((column) => column.schema.role === "context");
  const related = { schemas: modelled, cells: data.map(({ cells }) => cells), zero };
  checkRelations(plan, related);
  let dim = 0;
  const placed = data.flatMap((column): ColumnToEncode[] => {
    const own = toEncode(m, column, { plan, related, differences });
    return own === undefined
      ? []
      : [{ ...own, noise: Array.from({ length: own.dims }, () => m.columnOf(noise, dim++)) }];
  });
  const rows = encodedColumns(m, placed);
  const x = m.beside(rows.flatMap(({ z }) => z));
  const context = contextNodes(m, given, zero);
  const { z, logProb } = scoreNodes(
    g,
    flow,
    { x, ...(context === undefined ? {} : { context }) },
    ops,
  );
  const correction = rows.reduce((sum, own) => m.add(sum, own.correction), m.value(0));
  const whole = m.add(g.cast(logProb, "double"), correction);
  const isImpossible = m.any(
    ...rows.map((own) => own.isImpossible),
    ...data.map(({ cells }) => cells.isImpossible),
    ...brokenNodes(m, plan, related),
  );
  g.output(LATENT, z, g.real, ["rows", codec.dims]);
  g.output(LOG_PROB, g.reshape(m.where(isImpossible, -Infinity, whole), [-1]), "double", ["rows"]);
}

/** What is known of all columns of a table. */
interface Relating {
  readonly plan: RelationPlan;
  readonly related: RelatedCells;
  readonly differences: Readonly<Record<string, DifferenceState>>;
}

/** A column as it is to be encoded, and how many dimensions it takes; undefined of one that others compute. */
function toEncode(
  m: Arithmetic,
  column: ColumnCells,
  { plan, related, differences }: Relating,
): (Omit<ColumnToEncode, "noise"> & { readonly dims: number }) | undefined {
  const at = related.schemas.indexOf(column.schema);
  const own = plan.columns[at]!;
  if (!own.related) return { ...column, dims: column.encoder.roles.length };
  const hasIndicator = own.indicator && !isCategorical(column.schema);
  const dims = Number(own.value) + Number(hasIndicator);
  if (dims === 0) return undefined;
  return {
    ...column,
    dims,
    related: {
      hasValue: own.value,
      hasIndicator,
      narrowed: narrowedNodes(m, own, related, at),
      difference: differences[column.schema.name],
    },
  };
}

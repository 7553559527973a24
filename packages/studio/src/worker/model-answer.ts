/** What the page needs to know of a model. */
import { describeRelation, heldOutVerdict } from "couplet/table";
import type { Schema, TableModel } from "couplet/table";
import type { ModelAnswer, ModelColumn } from "./answers.ts";
import { axisKind } from "./axes.ts";
import { isPlane } from "./pictures.ts";

/** A column that rows of the model have a say on. */
type Modelled = Parameters<typeof axisKind>[0];

export function modelAnswer(model: TableModel, name: string, isPreliminary: boolean): ModelAnswer {
  const { flow, heldOut, schema, source } = model;
  const relations = schema.relations ?? [];
  const { layers } = flow.describe();
  return {
    name,
    rows: source.rows,
    dims: flow.spec.dims,
    parameters: flow.parameterCount,
    layers: flow.spec.layers.map((layer, i) => ({
      title: layer.kind,
      text: layers[i]?.text ?? layer.kind,
    })),
    columns: modelColumns(model),
    relations: relations
      .filter(({ keep }) => keep !== false)
      .map((relation) => describeRelation(relation)),
    heldOut,
    verdict: heldOutVerdict(heldOut, relations),
    anyCondition: model.anyCondition !== undefined,
    isPlane: isPlane(model),
    isPreliminary,
  };
}

/** The columns that a model has something to say about, in the table's order. */
export function modelColumns({ schema, codec }: TableModel): ModelColumn[] {
  const own = new Set(codec.columns.map(({ name }) => name));
  return modelledColumns(schema).map((column) => ({
    name: column.name,
    type: column.type,
    role: column.role === "context" ? "given" : own.has(column.name) ? "modelled" : "computed",
    axis: axisKind(column),
    ...("values" in column && column.values !== undefined && axisKind(column) === "category"
      ? { values: column.values.map(String) }
      : {}),
    mayBeMissing: "missing" in column && column.missing === true,
  }));
}

function modelledColumns(schema: Schema): Modelled[] {
  return schema.columns.filter(
    (column): column is Modelled =>
      column.type !== "constant" && column.type !== "identifier" && column.type !== "text",
  );
}

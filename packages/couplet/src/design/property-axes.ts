/** Where properties stand among the numbers that a table's flow works on: in its context, or in its rows. */
import { CoupletError } from "../error.ts";
import { describeRelation, kindOf } from "../table/relations/kinds/index.ts";
import { isNumeric } from "../table/schema/schema.ts";
import type { Cell } from "../table/table.ts";
import type { TableModel } from "../table-model/table-model.ts";
import { placeOf } from "./property-coordinate.ts";

/** The coordinates of some properties: encoders take a column of the training rows to a standard normal. */
export interface PropertyAxes {
  /** Whether the coordinates are in the flow's rows: the model is one of all columns, and answers conditions. Otherwise in its context. */
  readonly inRows: boolean;
  /** The coordinates, in the order of the targets. */
  readonly places: readonly number[];
  /** Their wanted values. */
  readonly wanted: readonly number[];
  /** The encoded context of all rows, that of the wanted properties among it; empty without one. */
  readonly context: Float64Array;
  /** The coordinate of another value of a property. */
  coordinateOf(name: string, value: number): number;
}

/**
 * @param given the wanted values, and those of other columns
 * @param targets names of the properties
 * @throws CoupletError NOT_SUPPORTED for a property that relations tie to other columns of a model of all columns
 */
export function propertyAxes(
  { codec }: TableModel,
  given: Readonly<Record<string, Cell>>,
  targets: readonly string[],
): PropertyAxes {
  const encoded = (values: Readonly<Record<string, Cell>>): Float64Array => {
    const known = Object.entries(values).filter(([name]) => codec.contextNames.includes(name));
    return codec.contextDims === 0
      ? new Float64Array(0)
      : codec.encodeContext(codec.contextTable(Object.fromEntries(known), 1));
  };
  const context = encoded(given);
  if (targets.every((name) => codec.contextNames.includes(name))) {
    const places = new Map(targets.map((name) => [name, placeOf(codec, given, name)]));
    return {
      inRows: false,
      places: [...places.values()],
      wanted: [...places.values()].map((place) => context[place]!),
      context,
      coordinateOf: (name, value) => encoded({ ...given, [name]: value })[places.get(name)!]!,
    };
  }
  const columns = new Map(targets.map((name) => [name, rowColumn(codec, name)]));
  const coordinateOf = (name: string, value: number): number => {
    const { encoder } = columns.get(name)!;
    const at = new Float64Array(encoder.dims);
    encoder.encode(value, () => 0.5, at, 0);
    return at[0]!;
  };
  return {
    inRows: true,
    places: [...columns.values()].map(({ offset }) => offset),
    wanted: targets.map((name) => coordinateOf(name, given[name] as number)),
    context,
    coordinateOf,
  };
}

/** The column's encoder and its first latent dimension, which is its value. */
function rowColumn(codec: TableModel["codec"], name: string) {
  const { plan, placed } = codec.readable;
  const relation = plan.relations.find((one) => kindOf(one).columns(one).includes(name));
  const own = placed.find(({ schema }) => schema.name === name);
  if (relation === undefined && own !== undefined && isNumeric(own.schema)) return own;
  throw new CoupletError({
    code: "NOT_SUPPORTED",
    where: `design: target: ${name}`,
    expected: "a property that no relation ties to other columns",
    received: relation === undefined ? "a column without a coordinate" : describeRelation(relation),
    hint: `Fit the model given the property: fitTable(rows, { context: [${JSON.stringify(name)}] }).`,
  });
}

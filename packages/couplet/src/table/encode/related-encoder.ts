/** The encoder of a column that relations narrow: what is left open of a cell decides how it becomes latent variables. */
import {
  ABOVE,
  AMONG,
  BETWEEN,
  FIXED,
  FREE,
  MAY_BE_MISSING,
  MISSING,
  type OpenCell,
  PRESENT,
} from "../relations/open-cell.ts";
import type { ColumnPlan } from "../relations/plan-relations.ts";
import { type Difference, type DifferenceSchema, differenceOf } from "../relations/difference.ts";
import { columnGrid } from "../cell/column-grid.ts";
import { type ModelledColumnSchema, isCategorical, onGrid } from "../schema/schema.ts";
import { columnEncoder } from "./column-encoder.ts";
import { boundedEncoder, fill, someValuesEncoder } from "./cut-encoder.ts";
import { type ColumnEncoder, type ColumnEncoderState, asPiece } from "./encoder.ts";
import {
  type Interval,
  drawInInterval,
  interval,
  intervalsOfShares,
  minusLogDrawDensity,
} from "./interval.ts";

/** A column's differences: what they are, and their encoder. */
export interface DifferenceState {
  readonly schema: DifferenceSchema;
  readonly encoder: ColumnEncoderState;
}

/** The encoders of a related column's cells. */
export interface RelatedEncoder {
  readonly dims: number;
  readonly roles: readonly string[];
  readonly contribution: ColumnEncoder["contribution"];
  /** The encoder of a cell of which so much is open. */
  at(cell: OpenCell): ColumnEncoder;
  readonly difference: Difference | undefined;
}

/** Bounded encoders are kept for bounds that come again; of continuous bounds hardly any does. */
const MOST_KEPT = 4096;

const WHOLE = interval(-Infinity, Infinity);

/** Builds the encoders of a related column. */
export function relatedEncoder(
  schema: ModelledColumnSchema,
  plan: ColumnPlan,
  state: ColumnEncoderState,
  differences: DifferenceState | undefined,
): RelatedEncoder {
  const dims = Number(plan.value) + Number(plan.indicator && !isCategorical(schema));
  const free = columnEncoder(schema, state);
  const described = {
    dims,
    roles: [...(plan.value ? ["value"] : []), ...(dims > Number(plan.value) ? ["missing"] : [])],
    contribution: plan.value ? free.contribution : ("probability" as const),
  };
  if (isCategorical(schema))
    return { ...described, difference: undefined, at: categoryCells(schema, state, free, plan) };
  const value =
    state.kind === "category" ? free : columnEncoder(schema, { ...state, missingShare: 0 });
  const above =
    differences === undefined || differences.encoder.kind === "category"
      ? undefined
      : columnEncoder(differences.schema, { ...differences.encoder, missingShare: 0 });
  const shape: CellShape = {
    hasValue: plan.value,
    indicator: dims > Number(plan.value) ? indicatorOf(state) : undefined,
    // A fixed cell beside cells with a density counts as one: its probability is 1 over the distance that values have there.
    logStep: plan.value ? logStepOf(schema, state) : () => 0,
    contribution: described.contribution,
    toJSON: () => state,
  };
  const bounded = keptBounds(value);
  // Of the cells that nothing bounds from above, all that may be missing alike have one encoder.
  const [ofValue, ofDifference] = [value, above].map((own) =>
    own === undefined ? undefined : keptByMissing((cell) => cellEncoder(shape, own, cell)),
  );
  return {
    ...described,
    difference: differences === undefined ? undefined : differenceOf(schema, differences.schema),
    at(cell) {
      if (cell.value === FIXED || cell.missing === MISSING)
        return cellEncoder(shape, undefined, cell);
      if (cell.value === BETWEEN) return cellEncoder(shape, bounded(cell.low, cell.high), cell);
      return (cell.value === ABOVE ? ofDifference! : ofValue!)(cell);
    },
  };
}

/** Keeps what is made of cells that depend on nothing but whether they may be missing. */
function keptByMissing(make: (cell: OpenCell) => ColumnEncoder): (cell: OpenCell) => ColumnEncoder {
  const kept: (ColumnEncoder | undefined)[] = [];
  return (cell) => (kept[cell.missing] ??= make(cell));
}

/** What all cells of a column have in common. */
interface CellShape {
  readonly hasValue: boolean;
  readonly indicator: { readonly present: Interval; readonly missing: Interval } | undefined;
  readonly logStep: (code: number) => number;
  readonly contribution: ColumnEncoder["contribution"];
  toJSON(): ColumnEncoderState;
}

/** @param value the encoder of what is open of the value; undefined where nothing is */
function cellEncoder(
  shape: CellShape,
  value: ColumnEncoder | undefined,
  cell: OpenCell,
): ColumnEncoder {
  const { hasValue, indicator, logStep } = shape;
  const { missing, fixed } = cell;
  const at = Number(hasValue);
  const dims = at + Number(indicator !== undefined);
  const open = indicator !== undefined && missing === MAY_BE_MISSING ? indicator : undefined;
  const pieceOfIndicator = (z: number) =>
    asPiece(open === undefined ? WHOLE : z >= open.missing.lower ? open.missing : open.present);
  return {
    dims,
    roles: [],
    contribution: shape.contribution,
    encode(code, uniform, z, offset) {
      const isMissing = Number.isNaN(code);
      let correction = 0;
      if (hasValue) {
        if (value !== undefined && !isMissing) correction += value.encode(code, uniform, z, offset);
        else {
          correction += fill(uniform(0), z, offset);
          if (!isMissing) correction -= logStep(code);
        }
      }
      if (open !== undefined) {
        const range = isMissing ? open.missing : open.present;
        const drawn = drawInInterval(range, uniform(at));
        z[offset + at] = drawn;
        correction += minusLogDrawDensity(range, drawn);
      } else if (indicator !== undefined) correction += fill(uniform(at), z, offset + at);
      return correction;
    },
    decode(z, offset) {
      if (missing === MISSING) return NaN;
      if (open !== undefined && z[offset + at]! >= open.missing.lower) return NaN;
      return value === undefined ? fixed : value.decode(z, offset);
    },
    pieceAt: (z) => {
      if (!hasValue) return pieceOfIndicator(z);
      return value === undefined ? asPiece(WHOLE) : value.pieceAt(z);
    },
    ...(open !== undefined && hasValue ? { indicator: open } : {}),
    centre: (code) => (value === undefined ? 0 : value.centre(code)),
    toJSON: () => shape.toJSON(),
  };
}

function indicatorOf(state: ColumnEncoderState) {
  const share = state.kind === "category" ? 0 : state.missingShare;
  const [present, missing] = intervalsOfShares([1 - share, share]) as [Interval, Interval];
  return { present, missing };
}

function logStepOf(
  schema: ModelledColumnSchema,
  state: ColumnEncoderState,
): (code: number) => number {
  if (schema.type !== "number") return () => 0;
  if (onGrid(schema)) {
    const step = Math.log(columnGrid(schema).step);
    return () => step;
  }
  const steps = state.kind === "number" ? (state.pointMassSteps ?? []) : [];
  return (code) => Math.log(steps[(schema.pointMasses ?? []).indexOf(code)] ?? 1);
}

function keptBounds(value: ColumnEncoder): (low: number, high: number) => ColumnEncoder {
  const kept = new Map<string, ColumnEncoder>();
  return (low, high) => {
    const key = `${low} ${high}`;
    let encoder = kept.get(key);
    if (encoder === undefined) {
      encoder = boundedEncoder(value, low, high);
      if (kept.size >= MOST_KEPT) kept.clear();
      kept.set(key, encoder);
    }
    return encoder;
  };
}

function categoryCells(
  schema: ModelledColumnSchema & { readonly values: readonly (string | number)[] },
  state: ColumnEncoderState,
  free: ColumnEncoder,
  plan: ColumnPlan,
): (cell: OpenCell) => ColumnEncoder {
  const missing = schema.values.length;
  const lists = new Map<string, ColumnEncoder>();
  const some = (left: readonly number[]): ColumnEncoder => {
    const key = left.join(" ");
    let encoder = lists.get(key);
    if (encoder === undefined) {
      encoder = someValuesEncoder(
        schema as Parameters<typeof someValuesEncoder>[0],
        state as Parameters<typeof someValuesEncoder>[1],
        left,
      );
      lists.set(key, encoder);
    }
    return encoder;
  };
  const all = schema.values.map((_, i) => i);
  const shape: CellShape = {
    hasValue: plan.value,
    indicator: undefined,
    logStep: () => 0,
    contribution: free.contribution,
    toJSON: () => state,
  };
  return (cell) => {
    if (cell.value === FIXED || cell.missing === MISSING)
      return cellEncoder(shape, undefined, cell);
    const among = cell.value === AMONG ? cell.among! : undefined;
    if (cell.missing === PRESENT && schema.missing === true)
      return some((among ?? all).filter((code) => code !== missing));
    return cell.value === FREE || among === undefined ? free : some(among);
  };
}

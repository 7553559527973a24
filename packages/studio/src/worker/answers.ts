/** What the worker answers: plain data, so that it passes between threads as it is. */
import type {
  ColumnType,
  ConditionReport,
  HeldOutReport,
  TableWarning,
  Verdict,
} from "couplet/table";

/** A table that has been read. */
export interface OpenedTable {
  readonly name: string;
  readonly bytes: number;
  readonly rows: number;
  readonly names: readonly string[];
  /** The first rows, as text; null is a missing cell. */
  readonly head: readonly (readonly (string | null)[])[];
  /** What reading had to guess: the delimiter, the encoding, the header. */
  readonly notes: readonly string[];
  readonly milliseconds: number;
}

/** A column as it was inferred, or as it was declared. */
export interface InferredColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly isGiven: boolean;
  readonly reason: string;
  /** Values, bounds, how it is written. */
  readonly detail: string;
}

/** What the columns are. */
export interface InferredSchema {
  readonly columns: readonly InferredColumn[];
  readonly warnings: readonly TableWarning[];
  /** Two columns that say much of each other, to look at first. */
  readonly pair: readonly [string, string] | undefined;
}

/** The columns, or why they cannot be told; somebody has to declare a type then. */
export type SchemaAnswer =
  | { readonly schema: InferredSchema; readonly problem?: undefined }
  | { readonly schema?: undefined; readonly problem: string };

/** What a fit is asked for. */
export interface FitSettings {
  /** Most minutes; undefined: until the loss improves no more. */
  readonly minutes: number | undefined;
  /** Passes over the rows; undefined: by the size of the table. */
  readonly passes: number | undefined;
  readonly anyCondition: boolean;
}

/** Losses of an epoch, nats a row. */
export interface EpochLoss {
  readonly epoch: number;
  readonly train: number;
  readonly validation: number;
}

/** One axis of a picture. */
export interface Axis {
  readonly name: string;
  readonly kind: "number" | "date" | "category";
  /** Ends of the axis: numbers, milliseconds since 1970, or -0.5 and the number of categories less a half. */
  readonly low: number;
  readonly high: number;
  readonly labels?: readonly string[];
}

/** The density of two columns, and rows on it. */
export interface PairAnswer {
  readonly x: Axis;
  readonly y: Axis;
  readonly across: number;
  readonly up: number;
  /** Densities from 0 to 1 (the highest), a row of cells after the other from below. */
  readonly density: Float32Array;
  /** "exact": the model's own density; "drawn": counted among `drawn` rows of the model. */
  readonly method: "exact" | "drawn";
  readonly drawn: number;
  /** Places of rows of the table, x and y in turn; categories are spread about their place. */
  readonly points: Float32Array;
  /** Their row numbers, from 0. */
  readonly rows: Uint32Array;
  /** Their nats and percentiles where the table has been scored. */
  readonly nats?: Float64Array;
  readonly percentiles?: Float64Array;
  readonly tableRows: number;
}

/** One step of a fit, told while it runs. */
export type FitNews =
  | { readonly kind: "words"; readonly text: string }
  | { readonly kind: "warning"; readonly text: string }
  | {
      readonly kind: "start";
      readonly epochs: number;
      readonly parameters: number;
      readonly gaussianLoss: number;
      readonly validationLoss: number;
    }
  | {
      readonly kind: "progress";
      readonly fraction: number;
      readonly rowsPerSecond: number;
      readonly elapsedMs: number;
      readonly leftMs: number;
    }
  | {
      readonly kind: "epoch";
      readonly epoch: number;
      readonly trainLoss: number;
      readonly validationLoss: number;
      readonly bestEpoch: number;
    }
  /** A fit that was interrupted goes on from its checkpoint; undefined: from the beginning, since none had been made. */
  | {
      readonly kind: "resumed";
      readonly from:
        | {
            readonly fraction: number;
            readonly elapsedMs: number;
            readonly epochs: readonly EpochLoss[];
            readonly bestEpoch: number | undefined;
          }
        | undefined;
    }
  /** Losses of the simple models on held-out rows: known with the first snapshot. */
  | {
      readonly kind: "simple";
      readonly losses: readonly { readonly name: string; readonly loss: number }[];
    }
  | { readonly kind: "frame"; readonly pair: PairAnswer }
  /** The model as it stands can be used: what stopping leaves. */
  | { readonly kind: "usable" };

/** A column of a model. */
export interface ModelColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** "given" columns have to be set whenever rows are drawn; "computed" ones follow from others by a relation. */
  readonly role: "modelled" | "given" | "computed";
  readonly axis: "number" | "date" | "category";
  readonly values?: readonly string[];
  readonly mayBeMissing: boolean;
}

/** A model that is open. */
export interface ModelAnswer {
  readonly name: string;
  readonly rows: number;
  readonly dims: number;
  readonly parameters: number;
  readonly layers: readonly { readonly title: string; readonly text: string }[];
  readonly columns: readonly ModelColumn[];
  readonly relations: readonly string[];
  readonly heldOut: HeldOutReport;
  readonly verdict: Verdict | undefined;
  readonly anyCondition: boolean;
  /** Two columns of numbers and no more: the plane itself can be shown on its way through the layers. */
  readonly isPlane: boolean;
  /** Whether fitting was stopped, and the closing report is still to come. */
  readonly isPreliminary: boolean;
}

/** Shares of a column's values in the table and among rows of the model. */
export interface Marginal {
  readonly axis: Axis;
  /** Edges of the bins, or the places of categories. */
  readonly places: readonly number[];
  readonly real: readonly number[] | undefined;
  readonly model: readonly number[];
}

/** A row with its score, cell by cell. */
export interface ScoredRow {
  /** From 0. */
  readonly row: number;
  readonly nats: number;
  readonly percentile: number;
  /** Cells as text, in the order of {@link ScoredRows.names}. */
  readonly cells: readonly (string | null)[];
  /** Excess surprisal of each cell, nats; null where the model has no say. */
  readonly excess: readonly (number | null)[];
  readonly broken: readonly string[];
}

/** The oddest rows of a table. */
export interface ScoredRows {
  readonly file: string;
  readonly names: readonly string[];
  readonly rows: readonly ScoredRow[];
  readonly total: number;
  /** Rows below the first percentile of held-out rows. */
  readonly belowFirst: number;
  /** Rows of probability 0. */
  readonly impossible: number;
  readonly meanNats: number;
}

/** What one column looks like, under a condition and without. */
export interface ColumnOutlook {
  readonly column: ModelColumn;
  readonly axis: Axis;
  /** Quantiles 5, 25, 50, 75, 95 % of numbers and dates, as places on the axis. */
  readonly now?: readonly number[];
  readonly before?: readonly number[];
  /** Shares of categories. */
  readonly sharesNow?: readonly number[];
  readonly sharesBefore?: readonly number[];
}

/** The answer to a what-if. */
export interface WhatIfAnswer {
  readonly report: ConditionReport | undefined;
  readonly columns: readonly ColumnOutlook[];
  readonly names: readonly string[];
  readonly sample: readonly (readonly (string | null)[])[];
  readonly drawn: number;
  readonly milliseconds: number;
}

/** The plane before a flow and after each of its layers: points of lattice lines first, then rows. */
export interface PlaneSteps {
  readonly names: readonly [string, string];
  /** Lines of the lattice, and points of each. */
  readonly lines: number;
  readonly linePoints: number;
  readonly rows: number;
  /** The pictures go from -reach to reach. */
  readonly reach: number;
  readonly steps: readonly {
    readonly title: string;
    readonly text: string;
    /** Mean log-determinant over the rows, nats. */
    readonly meanLogDet: number;
    readonly layer: number | undefined;
    /** x and y in turn. */
    readonly states: Float32Array;
  }[];
}

/** A coupling of two variables as a function. */
export interface CouplingCurves {
  /** Which variable stays and which moves, from 1. */
  readonly frozen: number;
  readonly moving: number;
  readonly curves: readonly {
    readonly frozen: number;
    readonly before: number;
    readonly after: number;
    readonly slope: number;
  }[];
  /** The knots of the splines, for each frozen value; none of other transforms. */
  readonly knots: CouplingCurves["curves"];
}

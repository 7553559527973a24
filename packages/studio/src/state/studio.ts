/** The state of the studio: what is open, what runs, what is shown. */
import { computed, signal } from "@preact/signals";
import type { ColumnType } from "couplet/table";
import type {
  EpochLoss,
  FitNews,
  FitSettings,
  InferredSchema,
  ModelAnswer,
  OpenedTable,
  PairAnswer,
} from "../worker/answers.ts";

/** The pages of the studio, in the order of the work. */
export const VIEWS = ["data", "fit", "explore", "odd", "what-if", "inside", "take"] as const;
export type View = (typeof VIEWS)[number];

export const view = signal<View>("data");

/** The table that is open. */
export const table = signal<OpenedTable | undefined>(undefined);

/** What is declared of columns. */
export const types = signal<Readonly<Record<string, ColumnType>>>({});
export const given = signal<readonly string[]>([]);
export const schema = signal<InferredSchema | undefined>(undefined);
export const schemaProblem = signal<string | undefined>(undefined);

/** What a fit is asked for. */
export const minutes = signal<number | undefined>(undefined);
/** Passes over the rows, for a schedule that ends after them; undefined: by the size of the table. */
export const passes = signal<number | undefined>(undefined);
export const anyCondition = signal(false);

/** A fit as it stands. */
export interface FitState {
  readonly status: "running" | "stopping" | "done" | "failed";
  readonly words: string;
  readonly fraction: number;
  readonly leftMs: number | undefined;
  readonly elapsedMs: number;
  readonly rowsPerSecond: number;
  readonly epochs: readonly EpochLoss[];
  readonly bestEpoch: number | undefined;
  readonly gaussianLoss: number | undefined;
  readonly simple: readonly { readonly name: string; readonly loss: number }[];
  readonly warnings: readonly string[];
  readonly isUsable: boolean;
  /** Somebody stopped it before its end. */
  readonly isStopped: boolean;
  readonly frames: number;
}

export const fit = signal<FitState | undefined>(undefined);
/** The latest picture of the fit under way. */
export const frame = signal<PairAnswer | undefined>(undefined);
/** The pair of columns that pictures show. */
export const pair = signal<readonly [string, string] | undefined>(undefined);

/** The model that is open. */
export const model = signal<ModelAnswer | undefined>(undefined);

/** How a model was fitted here: what repeats it. */
export interface Recipe extends FitSettings {
  readonly types: Readonly<Record<string, ColumnType>>;
  readonly given: readonly string[];
  /** Somebody stopped the fit before its end. */
  readonly isStopped: boolean;
}

/** The recipe of the model that is open; undefined of a model from a file. */
export const recipe = signal<Recipe | undefined>(undefined);

/** A fit of an earlier visit that did not come to its end, and can go on. */
export interface Interrupted {
  readonly fraction: number;
  /** Of the latest checkpoint, milliseconds since 1970; undefined before the first. */
  readonly savedAt: number | undefined;
  readonly goOn: () => void;
  readonly discard: () => void;
}

export const interrupted = signal<Interrupted | undefined>(undefined);

/** A message over everything: what went wrong, or what has been done. */
export const notice = signal<
  { readonly kind: "error" | "warning" | "done"; readonly text: string } | undefined
>(undefined);
/** What takes a while, outside a fit. */
export const busy = signal<string | undefined>(undefined);

export const isFitting = computed(
  () => fit.value?.status === "running" || fit.value?.status === "stopping",
);

/** What happened to a fit, put into its state. */
export function hear(state: FitState, news: FitNews): FitState {
  switch (news.kind) {
    case "words":
      return { ...state, words: news.text };
    case "warning":
      return { ...state, warnings: [...state.warnings, news.text] };
    case "start":
      return { ...state, words: "Training", gaussianLoss: news.gaussianLoss };
    case "progress":
      return {
        ...state,
        fraction: news.fraction,
        rowsPerSecond: news.rowsPerSecond,
        elapsedMs: news.elapsedMs,
        leftMs: news.leftMs,
      };
    case "resumed":
      return news.from === undefined ? state : { ...state, ...news.from };
    case "epoch":
      return {
        ...state,
        bestEpoch: news.bestEpoch,
        epochs: [
          ...state.epochs,
          { epoch: news.epoch, train: news.trainLoss, validation: news.validationLoss },
        ],
      };
    case "simple":
      return { ...state, simple: news.losses };
    case "usable":
      return { ...state, isUsable: true };
    case "frame":
      return { ...state, frames: state.frames + 1 };
  }
}

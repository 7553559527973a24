/** The options of couplet fit, of all kinds of data. */
import type { ImagePreset, ImageSize } from "couplet/images";
import type { SchemaFlags } from "../../terminal/flags.ts";

export interface FitFlags extends SchemaFlags {
  readonly output?: string;
  readonly from?: string;
  readonly seed: number;
  readonly threads?: number;
  readonly memory?: number;
  readonly epochs?: number;
  readonly batch?: number;
  readonly learningRate?: number;
  readonly patience?: number;
  readonly heldOut?: number;
  readonly contamination?: number | "auto";
  readonly smoothing?: number;
  readonly relations?: string;
  readonly checkpointEvery: number;
  readonly maxMinutes?: number;
  readonly given?: readonly string[];
  readonly anyCondition?: boolean;
  readonly schema?: string;
  readonly force?: boolean;
  readonly resume?: boolean;
  readonly dryRun?: boolean;
  readonly preset?: ImagePreset;
  readonly size?: ImageSize;
  readonly noise?: "uniform" | "variational";
  readonly bits?: number;
  readonly samples?: number;
  readonly classify?: string;
  readonly network?: "revnet" | "densenet";
  readonly units?: number;
  readonly rebuild?: boolean;
}

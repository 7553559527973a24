/** What a model file says about the table that the model is of. */
import type { TableCodecState } from "../table/encode/table-codec.ts";
import type { HeldOutReport } from "./fit/held-out.ts";

/** What the model file keeps about the table, in the card's `table`. */
export interface TableCard {
  readonly codec: TableCodecState;
  readonly heldOut: HeldOutReport;
  readonly source: TableSource;
  /** What turns the losses of the flow's card, which are of latent rows, into nats per row of the table. */
  readonly lossShift?: { readonly training: number; readonly validation: number };
}

/** Where the rows came from, for reports. */
export interface TableSource {
  readonly rows: number;
  readonly name?: string;
  /** Seed of the split in training, validation and held-out rows. */
  readonly seed: number;
  /** Parts that a table larger than memory was cut into; see {@link PartedTable}. */
  readonly parts?: number;
  /** The fraction of rows that was held out, and as many again to choose the best epoch. */
  readonly heldOut?: number;
  /** The fraction of rows that were kept out of training as likely anomalies, when there was one. */
  readonly contamination?: number;
  /** Tells the very table again; absent when it came in parts. See {@link tableFingerprint}. */
  readonly fingerprint?: string;
}

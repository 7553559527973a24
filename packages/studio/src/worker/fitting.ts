/** A fit under way: news for the page, pictures of the model as it stands, and a model that stopping leaves. */
import { fitTable } from "couplet/table";
import type { FitTableOptions, Table, TableEvent, TableModel } from "couplet/table";
import type { FitNews, PairAnswer } from "./answers.ts";
import { keepCheckpoint } from "./kept-fit.ts";
import type { KeptCheckpoint } from "./kept-fit.ts";

/** Milliseconds between pictures: two a second, and some more where they are quick. */
const FRAME = 400;
/** Seconds between checkpoints: what a reload loses at most, unless keeping one takes long. */
const CHECKPOINT_SECONDS = 2;
/** Checkpoints take one part in this of the time at most. */
const CHECKPOINT_SHARE = 25;

/** What a fit that a reload interrupted goes on with. */
export interface Continued {
  /** The fit's name in what is kept; undefined: nothing is kept of it. */
  readonly id: string | undefined;
  readonly checkpoint?: KeptCheckpoint | undefined;
}

/** What a fit tells and asks while it runs. */
export interface FitWatch {
  readonly tell: (news: FitNews) => void;
  /** A picture of a model; undefined where none is wanted. */
  readonly picture: (model: TableModel) => Promise<PairAnswer | undefined>;
}

/** A fit of one table. */
export class Fitting {
  readonly #run: ReturnType<typeof fitTable>;
  readonly #watch: FitWatch;
  /** The model of the latest picture, kept so that stopping has one at once. */
  #latest: TableModel | undefined;
  #isBusy = false;
  #lastFrame = 0;
  #isOver = false;
  #hasToldSimple = false;
  #isStopped = false;
  #progress: Omit<KeptCheckpoint, "id" | "bytes" | "savedAt">;
  /** Not before this time, on the clock of `performance.now`. */
  #nextCheckpoint = 0;

  constructor(
    source: Table,
    options: FitTableOptions,
    watch: FitWatch,
    { id, checkpoint }: Continued = { id: undefined },
  ) {
    this.#watch = watch;
    const { fraction = 0, elapsedMs = 0, epochs = [], bestEpoch } = checkpoint ?? {};
    this.#progress = { fraction, elapsedMs, epochs, bestEpoch };
    this.#run = fitTable(source, {
      ...options,
      ...(checkpoint === undefined ? {} : { resume: checkpoint.bytes }),
      ...(id === undefined
        ? {}
        : {
            checkpoint: {
              everySeconds: CHECKPOINT_SECONDS,
              save: (bytes: Uint8Array<ArrayBuffer>) => this.#keep(id, bytes),
            },
          }),
      // Its events have the snapshot with them; a loop over the run would make the training wait for the pictures.
      onEvent: (event) => this.#hear(event as TableEvent & SnapshotEvent),
    });
  }

  /** The model of the latest picture, which the caller owns from now on; undefined before the first. */
  takeLatest(): TableModel | undefined {
    const latest = this.#latest;
    this.#latest = undefined;
    return latest;
  }

  /** Ends the training after the step under way. */
  stop(): void {
    this.#isStopped = true;
    this.#run.stop();
  }

  /** The model in the end. */
  async result(): Promise<TableModel> {
    try {
      return await this.#run;
    } finally {
      this.#isOver = true;
      if (!this.#isBusy) this.#latest?.dispose();
    }
  }

  /** Keeps a checkpoint, unless the one before was kept just now for how long that takes. */
  async #keep(id: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const started = performance.now();
    if (started < this.#nextCheckpoint && !this.#isStopped) return;
    try {
      await keepCheckpoint({ id, bytes, savedAt: Date.now(), ...this.#progress });
    } catch (error) {
      throw new Error(`${reason(error)}. After a reload the training would begin anew`, {
        cause: error,
      });
    }
    const took = performance.now() - started;
    this.#nextCheckpoint = performance.now() + CHECKPOINT_SHARE * took;
  }

  #hear(event: TableEvent & SnapshotEvent): void {
    const { tell } = this.#watch;
    switch (event.type) {
      case "schema":
        return tell({ kind: "words", text: "Preparing the rows" });
      case "tableWarning":
        return;
      case "warning":
        return tell({ kind: "warning", text: event.message });
      case "usualRows":
        return tell({ kind: "words", text: "Looking for the usual rows" });
      case "conditions":
        return tell({
          kind: "words",
          text: `Learning to answer conditions: pass ${event.epoch} of ${event.epochs}`,
        });
      case "start":
        tell({
          kind: "start",
          epochs: event.epochs,
          parameters: event.parameters,
          gaussianLoss: event.gaussianLoss,
          validationLoss: event.validationLoss,
        });
        break;
      case "progress":
        this.#progress = {
          ...this.#progress,
          fraction: event.fraction,
          elapsedMs: event.elapsedMs,
        };
        tell({
          kind: "progress",
          fraction: event.fraction,
          rowsPerSecond: event.rowsPerSecond,
          elapsedMs: event.elapsedMs,
          leftMs: event.etaMs,
        });
        break;
      case "epoch":
        this.#progress = {
          ...this.#progress,
          fraction: event.fraction,
          epochs: [
            ...this.#progress.epochs,
            { epoch: event.epoch, train: event.trainLoss, validation: event.validationLoss },
          ],
          bestEpoch: event.best.epoch,
        };
        tell({
          kind: "epoch",
          epoch: event.epoch,
          trainLoss: event.trainLoss,
          validationLoss: event.validationLoss,
          bestEpoch: event.best.epoch,
        });
        break;
      case "end":
        return tell({ kind: "words", text: "Scoring rows that training never saw" });
    }
    void this.#frame(event);
  }

  /** A picture, when the last is over and old enough. */
  async #frame(event: SnapshotEvent): Promise<void> {
    if (this.#isBusy || this.#isOver || performance.now() - this.#lastFrame < FRAME) return;
    this.#isBusy = true;
    this.#lastFrame = performance.now();
    try {
      const model = await event.snapshot();
      this.#latest?.dispose();
      this.#latest = model;
      if (!this.#hasToldSimple) {
        this.#hasToldSimple = true;
        this.#watch.tell({
          kind: "simple",
          losses: model.heldOut.baselines.map(({ name, nats }) => ({ name, loss: -nats })),
        });
      }
      this.#watch.tell({ kind: "usable" });
      const pair = await this.#watch.picture(model);
      if (pair !== undefined && !this.#isOver) this.#watch.tell({ kind: "frame", pair });
    } catch {
      // The run is over, or the model went with it: the result says more.
    } finally {
      this.#isBusy = false;
      if (this.#isOver) this.takeLatest()?.dispose();
    }
  }
}

/** Why a browser keeps no more. */
function reason(error: unknown): string {
  return (error as DOMException).name === "QuotaExceededError"
    ? "this browser keeps no more data for the page"
    : (error as Error).message;
}

interface SnapshotEvent {
  readonly fraction: number;
  snapshot(): Promise<TableModel>;
}

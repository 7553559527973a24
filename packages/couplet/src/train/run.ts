/** A run of training: awaitable, and an async iterable of its events. */
import { CoupletError } from "../error.ts";

/** An event, how far the run is, and the model as it stands. */
export type RunEvent<Event, Model> = Event & {
  /** Share of the work that is done, from 0 to 1; early stopping ends sooner. */
  readonly fraction: number;
  /**
   * A model of the best parameters so far, the caller's to dispose; the run goes on.
   *
   * @throws CoupletError USAGE before the event `start`: no model has been made yet
   */
  snapshot(): Promise<Model>;
};

/** What a run is made from: yields its events and returns the model; ends with the best so far when `stop` is aborted. */
export type RunSource<Event, Model> = (
  stop: AbortSignal,
) => AsyncGenerator<RunEvent<Event, Model>, Model, void>;

/**
 * A training under way. Awaited, it is the trained model. Iterated, it gives its events, one at a time, and waits
 * while its reader works; leaving the loop ends the training and frees everything. {@link stop} ends it with the
 * best model so far. It begins by itself in any case.
 */
export class Run<Event, Model> implements Promise<Model>, AsyncIterable<RunEvent<Event, Model>> {
  readonly [Symbol.toStringTag] = "Run";
  readonly #stop = new AbortController();
  readonly #source: AsyncGenerator<RunEvent<Event, Model>, Model, void>;
  readonly #result: Promise<Model>;
  readonly #settle: { resolve(model: Model): void; reject(error: unknown): void };
  /** Who drives the source: the run by itself, or the reader of its events. */
  #driver: "run" | "reader" | undefined;
  /** Events that the run has seen and its reader has not, when the run drives. */
  #queue: RunEvent<Event, Model>[] | undefined;
  #wake: (() => void) | undefined;
  #ended: { readonly error: unknown } | "with a model" | undefined;

  constructor(source: RunSource<Event, Model>) {
    let settle!: { resolve(model: Model): void; reject(error: unknown): void };
    this.#result = new Promise<Model>((resolve, reject) => (settle = { resolve, reject }));
    this.#settle = settle;
    this.#source = source(this.#stop.signal);
    // Whoever iterates does so at once; otherwise the run goes by itself.
    queueMicrotask(() => {
      if (this.#driver === undefined) void this.#drive();
    });
  }

  /** Ends the training after the step under way, with the best model so far. */
  stop(): void {
    this.#stop.abort();
  }

  /** The events from now on. A run has one reader. Throws USAGE for a second one. */
  [Symbol.asyncIterator](): AsyncIterator<RunEvent<Event, Model>, void, void> {
    if (this.#driver === "reader" || this.#queue !== undefined) {
      throw new CoupletError({
        code: "USAGE",
        where: "run",
        expected: "one reader of a run's events",
        received: "a second one",
        hint: "onEvent is called with every event too.",
      });
    }
    if (this.#driver === "run") {
      this.#queue = [];
      return { next: () => this.#fromQueue() };
    }
    this.#driver = "reader";
    // The reader of the events meets the error there.
    this.#result.catch(() => undefined);
    return {
      next: () => this.#step(),
      return: async () => {
        if (this.#ended === undefined) {
          const error = new DOMException("the loop over the run's events was left", "AbortError");
          this.#end({ error });
          await this.#source.return(undefined as never);
        }
        return { done: true, value: undefined };
      },
    };
  }

  // A run is awaited, as what fit returns always was; the types are those of a promise.
  // oxlint-disable-next-line unicorn/no-thenable
  readonly then: Promise<Model>["then"] = (onFulfilled, onRejected) =>
    this.#result.then(onFulfilled, onRejected);

  readonly catch: Promise<Model>["catch"] = (onRejected) => this.#result.catch(onRejected);

  finally(onFinally?: (() => void) | null): Promise<Model> {
    return this.#result.finally(onFinally);
  }

  async #drive(): Promise<void> {
    this.#driver = "run";
    try {
      for (;;) {
        const { done, value } = await this.#step();
        if (done === true) return;
        this.#queue?.push(value);
        this.#wake?.();
      }
    } catch {
      // The result has been rejected with it.
    } finally {
      this.#wake?.();
    }
  }

  async #step(): Promise<IteratorResult<RunEvent<Event, Model>, void>> {
    try {
      const next = await this.#source.next();
      if (next.done !== true) return next;
      this.#end("with a model", next.value);
      return { done: true, value: undefined };
    } catch (error) {
      this.#end({ error });
      throw error;
    }
  }

  #end(how: { readonly error: unknown }): void;
  #end(how: "with a model", model: Model): void;
  #end(how: { readonly error: unknown } | "with a model", model?: Model): void {
    if (this.#ended !== undefined) return;
    this.#ended = how;
    if (how === "with a model") this.#settle.resolve(model as Model);
    else this.#settle.reject(how.error);
  }

  async #fromQueue(): Promise<IteratorResult<RunEvent<Event, Model>, void>> {
    for (;;) {
      const event = this.#queue?.shift();
      if (event !== undefined) return { done: false, value: event };
      if (this.#ended === "with a model") return { done: true, value: undefined };
      if (this.#ended !== undefined) throw this.#ended.error;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

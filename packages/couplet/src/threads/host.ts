/** What differs between Node and a page for threads and files. `#threads` (package.json, imports) is one or the other. */

/**
 * Where a worker's program is. Node starts the compiled file. A page starts the script that the package brings in `workers/`: at its
 * address, which bundlers see, or from the copy that a module of `embedded/` has, where the address leads nowhere.
 */
export interface WorkerFile {
  /** The script's name in `workers/`: `configure({ workerUrl })` looks for it there. */
  readonly name: string;
  /** The compiled file, also when the library itself runs from source: Node 20 loads no TypeScript. */
  readonly compiled: () => URL;
  /** `new Worker(new URL("../workers/name.js", import.meta.url), { type: "module" })`, written out; absent where pages have none. */
  readonly inPage?: () => Worker;
  /** The same script as text, `() => import("../embedded/name.js")`. */
  readonly embedded?: () => Promise<EmbeddedScript>;
}

/** A module of `embedded/` with a worker's script. */
export interface EmbeddedScript {
  readonly script: string;
}

/** A worker, from outside. `To` and `From` are the messages to it and from it. */
export interface Thread<To = unknown, From = unknown> {
  post(message: To, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (message: From) => void): void;
  /** Calls the listener when the worker fails or ends, however that comes. */
  onError(listener: (error: Error) => void): void;
  /** While busy, a worker keeps the process alive; an idle one does not. It begins idle. */
  setBusy(busy: boolean): void;
  terminate(): void;
}

/** A worker, from inside. */
export interface WorkerPort<To = unknown, From = unknown> {
  post(message: From, transfer?: ArrayBuffer[]): void;
  onMessage(listener: (message: To) => void): void;
}

/** Threads and files, where the program runs. */
export interface ThreadHost {
  readonly name: "node" | "browser";
  /** Hardware threads. */
  readonly cores: number;
  /** Whether memory can be shared with workers. */
  readonly sharesMemory: boolean;
  /** Why it cannot, in one line. */
  readonly sharingReason: string | undefined;
  /** Whether the calling thread may wait for others (`Atomics.wait`): a page's may not. */
  readonly mayWait: boolean;
  /** Whether a worker can be started: its file is there, and pages have one. */
  has(file: WorkerFile): boolean;
  spawn<To, From>(file: WorkerFile): Thread<To, From>;
  /** The port of the worker that this is called in. */
  port<To, From>(): WorkerPort<To, From>;
  /** The bytes of a file that the package brings. Rejects when it is not there. */
  read(file: URL): Promise<BufferSource>;
  /**
   * An optional peer, looked for beside the program rather than the library: a command that brings it may be installed where the library
   * cannot see its packages (both installed globally). Rejects in pages. Call it as `import("peer").catch(() => ...)`, written out:
   * bundlers see the name, and let it be absent.
   */
  besideProgram<Module>(name: string): Promise<Module>;
  /** `read` without waiting; `undefined` when it is not there, and in pages. */
  readNow(file: URL): BufferSource | undefined;
}

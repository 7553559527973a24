/** Node: worker threads, files from disk. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";
import { parentPort, Worker, workerData } from "node:worker_threads";
import type { Thread, ThreadHost, WorkerFile, WorkerPort } from "./host.ts";

export const threadHost: ThreadHost = {
  name: "node",
  cores: availableParallelism(),
  sharesMemory: true,
  sharingReason: undefined,
  mayWait: true,
  has: ({ compiled }) => existsSync(compiled()),
  spawn,
  port: <To, From>(): WorkerPort<To, From> => ({
    post: (message, transfer) => parentPort?.postMessage(message, transfer ?? []),
    onMessage: (listener) => void parentPort?.on("message", listener),
  }),
  read: (file) => readFile(file),
  async besideProgram<Module>(name: string) {
    // The file itself: commands are started by links to it.
    const program = createRequire(realpathSync(mainProgram()));
    return (await import(pathToFileURL(program.resolve(name)).href)) as Module;
  },
  readNow: (file) => (existsSync(file) ? readFileSync(file) : undefined),
};

/** `ThreadHost.besideProgram` without waiting, for packages that `require` reads. */
export function requireBesideProgram<Module>(name: string): Module {
  return createRequire(realpathSync(mainProgram()))(name) as Module;
}

/** What a thread of ours is given at its start: its own arguments name the thread's file. */
interface ThreadData {
  readonly mainProgram: string;
}

/** The file that the process, or a worker of the user's own, was started with. */
function mainProgram(): string {
  const given = (workerData as Partial<ThreadData> | null)?.mainProgram;
  return given ?? process.argv[1] ?? "";
}

function spawn<To, From>({ compiled }: WorkerFile): Thread<To, From> {
  // Flags of the process are not the worker's: with --input-type, of `node --eval`, it would not start.
  const worker = new Worker(compiled(), {
    execArgv: [],
    workerData: { mainProgram: mainProgram() } satisfies ThreadData,
  });
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer ?? []),
    onMessage: (listener) => void worker.on("message", listener),
    onError: (listener) => {
      worker.on("error", listener);
      // A thread that is ended from outside has no error, only an end.
      worker.on("exit", (code) => listener(new Error(`it ended with code ${code}`)));
    },
    setBusy: (busy) => (busy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

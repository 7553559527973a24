/** A page's worker, from outside: started from its script's address, or from the embedded copy of the script. */
import { CoupletError } from "../error.ts";
import { version } from "../version.ts";
import type { Thread, WorkerFile } from "./host.ts";
import { configuredLocation } from "./locations.ts";
import type { Hello } from "./page-port.ts";

/** A way to a worker, and its name for messages. */
type Way = readonly [what: string, make: () => Worker | Promise<Worker>];

/** A script that says nothing for this long is not ours, or will not come. Milliseconds. */
const PATIENCE = 30_000;

/** The way that led to a worker: the next one need not fail first. */
const known = new WeakMap<WorkerFile, Way>();

/** A worker; messages wait until its script has said hello. When every way fails, `onError` hears which were tried. */
export function startPageWorker<To, From>(file: WorkerFile): Thread<To, From> {
  const listeners: ((message: From) => void)[] = [];
  const failures: ((error: Error) => void)[] = [];
  let waiting: [To, ArrayBuffer[]][] = [];
  let worker: Worker | undefined;
  let ended = false;
  const fail = (error: Error) => failures.forEach((listener) => listener(error));
  start(file).then((started) => {
    if (ended) {
      started.terminate();
      return;
    }
    worker = started;
    worker.onmessage = ({ data }: MessageEvent<From>) => listeners.forEach((hear) => hear(data));
    worker.onerror = ({ message }) => fail(new Error(message));
    for (const [message, transfer] of waiting) worker.postMessage(message, transfer);
    waiting = [];
  }, fail);
  return {
    post(message, transfer = []) {
      if (worker === undefined) waiting.push([message, transfer]);
      else worker.postMessage(message, transfer);
    },
    onMessage: (listener) => void listeners.push(listener),
    onError: (listener) => void failures.push(listener),
    // A page lives as long as it is open.
    setBusy: () => undefined,
    terminate() {
      ended = true;
      worker?.terminate();
    },
  };
}

async function start(file: WorkerFile): Promise<Worker> {
  const tried: string[] = [];
  const way = known.get(file);
  for (const [what, make] of way === undefined ? waysTo(file) : [way]) {
    try {
      const worker = await hello(await make());
      known.set(file, [what, make]);
      return worker;
    } catch (cause) {
      tried.push(`${what} (${cause instanceof Error ? cause.message : String(cause)})`);
    }
  }
  throw new CoupletError({
    code: "DEVICE_UNAVAILABLE",
    where: `worker ${file.name}`,
    expected: "a script that starts",
    received: `none; tried ${tried.join(", and ")}`,
    hint:
      "Serve the package's workers folder and name it, configure({ workerUrl }), or allow blob: in the policy's worker-src " +
      "(docs/bundlers.md).",
  });
}

function waysTo({ name, inPage, embedded }: WorkerFile): Way[] {
  const address = configuredLocation("workerUrl", name);
  if (address !== undefined) {
    const there = address.origin === globalThis.location?.origin || address.protocol === "blob:";
    return [
      [
        address.href,
        // Workers of another origin are refused, scripts that a worker imports are not.
        () => (there ? moduleWorker(address) : fromText(`import ${JSON.stringify(address)}`)),
      ],
    ];
  }
  const ways: Way[] = [];
  if (inPage !== undefined) ways.push(["the script beside the library", inPage]);
  if (embedded !== undefined)
    ways.push([
      "the embedded script, from a blob",
      async () => fromText((await embedded()).script),
    ]);
  return ways;
}

function moduleWorker(address: string | URL): Worker {
  return new Worker(address, { type: "module" });
}

function fromText(script: string): Worker {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = moduleWorker(address);
  // The script has been read once the worker says anything, or fails.
  const forget = () => URL.revokeObjectURL(address);
  worker.addEventListener("message", forget, { once: true });
  worker.addEventListener("error", forget, { once: true });
  return worker;
}

/** Waits for the script's first message. */
function hello(worker: Worker): Promise<Worker> {
  return new Promise<Worker>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("no answer")), PATIENCE);
    worker.onerror = (event) => {
      event.preventDefault();
      // A script that could not be loaded has no message.
      reject(new Error(event.message || "it did not load"));
    };
    worker.onmessage = ({ data }: MessageEvent<Hello>) => {
      if (data.couplet === version) resolve(worker);
      else reject(new Error(`its version is ${data.couplet}, not ${version}`));
    };
    const settled = () => clearTimeout(timer);
    worker.addEventListener("message", settled, { once: true });
    worker.addEventListener("error", settled, { once: true });
  }).catch((error: unknown) => {
    worker.terminate();
    throw error;
  });
}

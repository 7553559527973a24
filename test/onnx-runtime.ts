/** Exported models in the builds of onnxruntime: WebAssembly in Node and in Chromium, Node's own and Python's. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { InferenceSession, TypedTensor } from "onnxruntime-common";
import * as web from "onnxruntime-web";
import { launchChromium, runInPage } from "./browser/chromium.ts";

web.env.wasm.numThreads = 1;
web.env.logLevel = "error";

/** Values of one input with the shape of its tensor. */
export interface Feed {
  readonly values: Float64Array | Float32Array | readonly string[];
  readonly shape: readonly number[];
}

/** The inputs of a graph by name. */
export type Feeds = Readonly<Record<string, Feed>>;

/** Outputs of a graph by name: numbers as float64, or texts. */
export type Results<T> = Readonly<Record<string, T>>;

/** Runs an exported model once. */
export type RunOnnx = <T extends Float64Array | readonly string[] = Float64Array>(
  bytes: Uint8Array,
  feeds: Feeds,
) => Promise<Results<T>>;

/** What both JavaScript runtimes have. */
interface Runtime {
  readonly InferenceSession: {
    create(bytes: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (
    type: "float64" | "float32" | "string",
    values: never,
    shape: readonly number[],
  ) => TypedTensor<"float64">;
}

async function runIn<T>(
  { InferenceSession, Tensor }: Runtime,
  bytes: Uint8Array,
  feeds: Feeds,
): Promise<Results<T>> {
  const session = await InferenceSession.create(bytes, {
    graphOptimizationLevel: "all",
    // Threads that wait spin, which costs other processes of a small machine more than they gain.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  try {
    const tensors = Object.entries(feeds).map(([name, { values, shape }]) => {
      const type =
        values instanceof Float64Array
          ? "float64"
          : values instanceof Float32Array
            ? "float32"
            : "string";
      return [name, new Tensor(type, values as never, shape)] as const;
    });
    const results = await session.run(Object.fromEntries(tensors));
    return Object.fromEntries(
      Object.entries(results).map(([name, { data }]) => [
        name,
        (typeof data[0] === "string"
          ? Array.from(data as unknown as string[])
          : Float64Array.from(data as Float32Array)) as T,
      ]),
    );
  } finally {
    await session.release();
  }
}

/** Runs a model in onnxruntime's WebAssembly build. */
export const runInWasm: RunOnnx = (bytes, feeds) => runIn(web as never, bytes, feeds);

/** Runs a model in onnxruntime-web, in a page of Chromium; each call has a browser of its own. */
export const runInChromium: RunOnnx = async (bytes, feeds) => {
  const input = {
    model: Buffer.from(bytes).toString("base64"),
    feeds: Object.entries(feeds).map(([name, { values, shape }]) => ({
      name,
      shape,
      ...(ArrayBuffer.isView(values)
        ? {
            type: values instanceof Float64Array ? "float64" : "float32",
            values: Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString(
              "base64",
            ),
          }
        : { type: "string", values }),
    })),
  };
  const browser = await launchChromium();
  try {
    const { value, complaints } = await runInPage(browser, "onnx.js", input, { isolated: false });
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
    return resultsOf(value as Readonly<Record<string, string | string[]>>);
  } finally {
    await browser.close();
  }
};

/** What another process answers: numbers as base64 of float64, texts as they are. */
function resultsOf<T>(answer: Readonly<Record<string, string | string[]>>): Results<T> {
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => {
      if (typeof value !== "string") return [name, value as T];
      const own = Uint8Array.from(Buffer.from(value, "base64"));
      return [name, new Float64Array(own.buffer) as T];
    }),
  );
}

const require = createRequire(import.meta.url);

/** Runs a model in onnxruntime-node; undefined where it is not installed. */
export const runInNode: RunOnnx | undefined = nodeRuntime();

function nodeRuntime(): RunOnnx | undefined {
  try {
    const node = require("onnxruntime-node") as Runtime;
    return (bytes, feeds) => runIn(node, bytes, feeds);
  } catch {
    return undefined;
  }
}

/** The Python of `./setup`, with onnx and onnxruntime; undefined where it is not installed. */
export const python: string | undefined = pythonRuntime();

function pythonRuntime(): string | undefined {
  const own = fileURLToPath(new URL("python/.venv/bin/python", import.meta.url));
  const command = process.env["ONNX_PYTHON"] ?? own;
  if (process.env["ONNX_PYTHON"] === undefined && !existsSync(own)) return undefined;
  const { status } = spawnSync(command, ["-c", "import onnx, onnxruntime"]);
  return status === 0 ? command : undefined;
}

/** Checks a model in full and runs it, in Python. */
export const runInPython: RunOnnx = (bytes, feeds) => {
  const folder = mkdtempSync(path.join(tmpdir(), "couplet-onnx-"));
  try {
    writeFileSync(path.join(folder, "model.onnx"), bytes);
    const about = Object.entries(feeds).map(([name, { values, shape }], i) => {
      const isText = Array.isArray(values);
      const type = isText ? "text" : values instanceof Float64Array ? "<f8" : "<f4";
      const file = `${i}.${isText ? "json" : "bin"}`;
      writeFileSync(
        path.join(folder, file),
        isText ? JSON.stringify(values) : new Uint8Array((values as Float64Array).buffer),
      );
      return { name, shape, type, file };
    });
    writeFileSync(path.join(folder, "feeds.json"), JSON.stringify(about));
    const script = fileURLToPath(new URL("python/run-onnx.py", import.meta.url));
    const { status, stdout, stderr } = spawnSync(python!, [script, folder], {
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw new Error(stderr.toString());
    return Promise.resolve(
      resultsOf(JSON.parse(stdout.toString()) as Record<string, string | string[]>),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
};

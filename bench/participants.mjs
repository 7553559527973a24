/** Who takes part in the benchmark, and how a participant's process is started and asked. */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { python } from "./peers/python.mjs";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = process.execPath;

/** `group`: `torch`, `jax` and `js` are the peers of the contracts, `ours` and `floor` are not. */
export const participants = [
  {
    name: "couplet",
    group: "ours",
    command: [node, here("ours.mjs")],
    options: { blas: true },
    needs: here("../packages/couplet/dist/entry/couplet.js"),
  },
  {
    name: "couplet-wasm",
    group: "ours",
    command: [node, here("ours.mjs")],
    options: { blas: false },
    needs: here("../packages/couplet/dist/entry/couplet.js"),
  },
  {
    name: "GEMM floor",
    group: "floor",
    command: [node, here("gemm.mjs")],
    needs: here("gemm.mjs"),
  },
  {
    name: "nflows",
    group: "torch",
    command: [python, here("peers/nflows_peer.py")],
    needs: python,
  },
  {
    name: "normflows",
    group: "torch",
    command: [python, here("peers/normflows_peer.py")],
    needs: python,
  },
  { name: "zuko", group: "torch", command: [python, here("peers/zuko_peer.py")], needs: python },
  { name: "FrEIA", group: "torch", command: [python, here("peers/freia_peer.py")], needs: python },
  {
    name: "flowjax",
    group: "jax",
    command: [python, here("peers/flowjax_peer.py")],
    needs: python,
  },
  {
    name: "jax-js",
    group: "js",
    command: [node, here("peers/npm/jax-js.mjs")],
    needs: here("peers/npm/node_modules/@jax-js/jax"),
    mostThreads: 1,
  },
  {
    name: "tfjs",
    group: "js",
    command: [node, here("peers/npm/tfjs.mjs")],
    needs: here("peers/npm/node_modules/@tensorflow/tfjs"),
    mostThreads: 1,
  },
];

/** The participants that can be started here; the others are named with the reason. */
export function present(wanted) {
  const there = [];
  const absent = [];
  for (const participant of wanted) {
    if (existsSync(participant.needs)) there.push(participant);
    else
      absent.push({
        name: participant.name,
        reason:
          participant.group === "ours"
            ? "not built (npm run build)"
            : "not installed (bench/setup)",
      });
  }
  return { there, absent };
}

/** One participant's process. Every answer is one line; an end without one is an error that carries what was said last. */
export class Process {
  #child;
  #lines;
  #said = "";

  constructor(participant) {
    this.participant = participant;
    const [command, ...args] = participant.command;
    this.#child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr.on("data", (chunk) => (this.#said = (this.#said + chunk).slice(-2000)));
    this.#child.stdin.on("error", () => {});
    this.#child.on("error", (error) => (this.#said += String(error)));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async ask(request) {
    this.#child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await this.#lines.next();
    if (done) return { error: `ended: ${this.#said.trim().split("\n").at(-1) ?? ""}` };
    return JSON.parse(value);
  }

  async close() {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.stdin.end();
    const late = setTimeout(() => this.#child.kill("SIGKILL"), 5000);
    await ended;
    clearTimeout(late);
  }
}

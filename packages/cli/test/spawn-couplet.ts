/** The command as a user runs it: the built binary, its standard output, its errors and its exit code. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own for a file of tests, and the command in it. */
export interface Workplace {
  readonly folder: string;
  path(name: string): string;
  couplet(...args: string[]): Promise<Outcome>;
  /** With standard input, and a say in what happens while it runs. */
  start(args: readonly string[], options?: StartOptions): Promise<Outcome>;
  remove(): Promise<void>;
}

export interface StartOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
  readonly onStart?: (child: ChildProcess) => void;
  /** Called with each piece of standard error. */
  readonly onErr?: (text: string, child: ChildProcess) => void;
  /** Called with each piece of standard output. */
  readonly onOut?: (text: string, child: ChildProcess) => void;
}

export async function openWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(path.join(tmpdir(), "couplet-cli-"));
  const start = (args: readonly string[], options: StartOptions = {}): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      const { COUPLET_SEED: _seed, COUPLET_MEMORY: _memory, ...inherited } = process.env;
      const child = spawn(process.execPath, [main, ...args], {
        cwd: folder,
        env: { ...inherited, COUPLET_THREADS: "1", ...options.env },
      });
      options.onStart?.(child);
      let [out, err] = ["", ""];
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        out += text;
        options.onOut?.(text, child);
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        err += text;
        options.onErr?.(text, child);
      });
      child.on("error", reject);
      child.on("close", (code, signal) =>
        resolve({ code: code ?? (signal === null ? 1 : -1), out, err }),
      );
      // A command that ends before it has read everything closes the pipe.
      child.stdin.on("error", () => undefined);
      child.stdin.end(options.input ?? "");
    });
  return {
    folder,
    path: (name) => path.join(folder, name),
    couplet: (...args) => start(args),
    start,
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A workplace with the table good.csv and its model good.couplet, fitted for one epoch. */
export async function openFittedWorkplace(table: string): Promise<Workplace> {
  const place = await openWorkplace();
  await writeFile(place.path("good.csv"), table);
  const { code, err } = await place.couplet("fit", "good.csv", "--epochs", "1", "-q");
  if (code !== 0) throw new Error(err);
  return place;
}

/** Rows of a small table whose columns depend on each other: a measurement, a count, a colour, a number of two decimals. */
export function smallRows(rows: number): (string | number)[][] {
  let state = 1;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  return Array.from({ length: rows }, () => {
    const a = random();
    return [
      Math.round(a * 1000) / 10,
      Math.floor(4 * a + 2 * random()),
      ["red", "green", "blue"][Math.floor(3 * a * random())]!,
      (10 * a * random()).toFixed(2),
    ];
  });
}

/** As CSV. */
export function csv(rows: readonly (readonly (string | number)[])[], header = "a,b,c,d"): string {
  return `${[header, ...rows.map((row) => row.join(","))].join("\n")}\n`;
}

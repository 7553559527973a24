import { version } from "../../version.ts";

/** Where a page was made: what a reader needs to judge times, and to make it again. */
export interface Environment {
  readonly couplet: string;
  /** "Node v24.1.0" or the browser's own name. */
  readonly runtime: string;
  readonly system: string;
  /** Model of the processor; absent where a browser hides it. */
  readonly processor?: string;
  /** Hardware threads. */
  readonly cores: number;
  /** ISO 8601, UTC, to the second. */
  readonly time: string;
}

/** The environment of this process or page. Names no user, host or folder: reports are passed on. */
export function currentEnvironment(): Environment {
  const time = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const { process, navigator } = globalThis as {
    process?: NodeJS.Process;
    navigator?: Navigator;
  };
  // Not an import: a bundler for browsers would stumble over it.
  const os = process?.getBuiltinModule?.("node:os");
  if (process === undefined || os === undefined) {
    return {
      couplet: version,
      runtime: navigator?.userAgent ?? "unknown",
      system: "browser",
      cores: navigator?.hardwareConcurrency ?? 1,
      time,
    };
  }
  const processor = os.cpus()[0]?.model.trim();
  return {
    couplet: version,
    runtime: `Node ${process.version}`,
    system: `${process.platform} ${process.arch}`,
    ...(processor === undefined || processor === "" ? {} : { processor }),
    cores: os.availableParallelism(),
    time,
  };
}

/** The environment as lines for {@link facts}. */
export function environmentFacts(environment: Environment): [string, string][] {
  const { couplet, runtime, system, processor, cores, time } = environment;
  return [
    ["couplet", couplet],
    ["Runtime", runtime],
    ["System", system],
    [
      "Processor",
      `${processor ?? "not told"}, ${cores} hardware ${cores === 1 ? "thread" : "threads"}`,
    ],
    ["Made", time],
  ];
}

/** Runs couplet studio. */
import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import path from "node:path";
import { CoupletError } from "couplet";
import type { GlobalFlags } from "../../terminal/flags.ts";
import { interruptSignal } from "../../terminal/interrupt.ts";
import { openReporter } from "../../terminal/reporter.ts";
import { serveStudio } from "./serve.ts";

export interface StudioFlags extends GlobalFlags {
  readonly port?: number;
  readonly open: boolean;
}

export async function runStudio(file: string | undefined, flags: StudioFlags): Promise<void> {
  const reporter = openReporter(flags);
  if (file !== undefined) await checkFile(file);
  const signal = interruptSignal();
  const server = await serveStudio({
    port: flags.port ?? 0,
    ...(file === undefined ? {} : { file: path.resolve(file) }),
  });
  try {
    process.stdout.write(`${server.address}\n`);
    reporter.say("for this machine alone; Ctrl-C ends it", "dim");
    if (flags.open && process.stdout.isTTY) openInBrowser(server.address);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  } finally {
    await server.close();
  }
}

/** @throws CoupletError FILE_NOT_FOUND; FILE_INVALID for a folder */
async function checkFile(file: string): Promise<void> {
  const about = { where: file, expected: "a table or a model" };
  const found = await stat(file).catch((cause: unknown) => {
    throw new CoupletError({
      code: "FILE_NOT_FOUND",
      ...about,
      received: (cause as Error).message,
      cause,
    });
  });
  if (found.isFile()) return;
  throw new CoupletError({
    code: "FILE_INVALID",
    ...about,
    received: found.isDirectory() ? "a folder" : "no file",
  });
}

/** Asks the system to show an address. Where it cannot, the address has been printed. */
function openInBrowser(address: string): void {
  const [program, ...parameters] =
    process.platform === "darwin"
      ? ["open", address]
      : process.platform === "win32"
        ? ["cmd", "/c", "start", "", address.replaceAll("&", "^&")]
        : ["xdg-open", address];
  const child = spawn(program!, parameters, { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

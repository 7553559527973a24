/** What a failed command says and exits with: 0 ok, 1 failure, 2 usage, 130 interrupted. */

import { printable, printableJson } from "./printable.ts";
import { widthOf, wrapped } from "./wrap.ts";

interface Explained {
  readonly message: string;
  readonly name?: string;
  readonly code?: string;
  readonly stack?: string;
  readonly exitCode?: number;
  readonly where?: string;
  readonly expected?: string;
  readonly received?: string;
  readonly hint?: string;
}

/** Says what went wrong on standard error and returns the exit code. Names no class, so that nothing has to be loaded. */
export async function explainFailure(
  thrown: unknown,
  options: { readonly debug?: boolean; readonly json?: boolean },
): Promise<number> {
  const error = (await asPlaceFailure(thrown)) as Explained;
  // Commander has said it already.
  if (error.name === "CommanderError" || error.name === "InvalidArgumentError")
    return error.exitCode === 0 ? 0 : 2;
  if (error.name === "Interrupted") return error.exitCode ?? 130;
  // Whoever read our output has left, as `head` does.
  if (error.code === "EPIPE") return 0;
  const text =
    error.name === "CoupletError"
      ? error.message
      : error instanceof Error && /heap|memory|allocation/i.test(error.message)
        ? `not enough memory: ${error.message}. Fewer columns or rows need less; a smaller --memory lets fit train on parts.`
        : `unexpected: ${error.message ?? String(thrown)}. This is a bug in couplet; please report it with the output of --debug.`;
  if (options.json === true) {
    const { code = "INTERNAL", where, expected, received, hint } = error;
    process.stderr.write(
      `${printableJson({ schemaVersion: 1, error: { code, message: text, where, expected, received, hint } })}\n`,
    );
  } else if (process.stderr.isTTY)
    // A live line may be under way.
    process.stderr.write(
      `\r\u001B[K${wrapped(`error: ${printable(text)}`, widthOf(process.stderr))}\n`,
    );
  else process.stderr.write(`error: ${printable(text)}\n`);
  if (options.debug === true) process.stderr.write(`${error.stack}\n`);
  return error.code === "USAGE" ? 2 : 1;
}

/** What the system says of a place that cannot be written to is no bug: a full disk, a device that fails. */
async function asPlaceFailure(thrown: unknown): Promise<unknown> {
  const { code, path, name } = thrown as Explained & { readonly path?: string };
  if (name === "CoupletError" || !/^(ENOSPC|EDQUOT|EFBIG|EIO|EROFS)$/.test(code ?? ""))
    return thrown;
  const { unwritable } = await import("couplet/node");
  return unwritable(path ?? "standard output", thrown);
}

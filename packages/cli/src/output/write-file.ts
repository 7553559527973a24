/** Text to standard output or to a file, which appears under its name when it is whole. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { replaceFile, unwritable } from "couplet/node";

export interface Destination {
  write(text: string | Uint8Array): Promise<void>;
  finish(): Promise<void>;
  abandon(): Promise<void>;
}

/** Standard output; waits when the reader is slow. */
export function standardOutput(): Destination {
  return {
    async write(text) {
      if (!process.stdout.write(text)) await once(process.stdout, "drain");
    },
    finish: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
}

/**
 * A file, in pieces.
 *
 * @throws CoupletError FILE_INVALID for a place that cannot be written to
 */
export async function fileDestination(target: string): Promise<Destination> {
  const replacement = await replaceFile(target);
  const stream = createWriteStream(replacement.path, { flags: "w" });
  const failed = new Promise<never>((_, reject) => {
    stream.on("error", (cause) => reject(unwritable(target, cause)));
  });
  failed.catch(() => undefined);
  const orFailed = <T>(done: Promise<T>): Promise<T> => Promise.race([done, failed]);
  return {
    async write(text) {
      if (!stream.write(text)) await orFailed(once(stream, "drain"));
    },
    async finish() {
      const closed = once(stream, "close");
      stream.end();
      await orFailed(closed);
      await replacement.keep();
    },
    async abandon() {
      stream.destroy();
      await replacement.drop();
    },
  };
}

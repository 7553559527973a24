/** Arrow on standard input as a table that is read as it comes: one batch in memory, nothing on disk. */
import type { Readable } from "node:stream";
import { CoupletError } from "couplet";
import { arrowTables } from "couplet/io";
import type { Table } from "couplet/table";
import { chosenColumns } from "./chosen-columns.ts";
import type { Database } from "./database.ts";
import type { InputOptions } from "./input-options.ts";
import { STANDARD_INPUT } from "./kept-input.ts";
import type { OpenInput } from "./open-input.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import type { TemporaryFolder } from "./temporary-folder.ts";

/**
 * @param source standard input
 * @param remark gets a warning about a stream that may have been cut off
 * @throws CoupletError FILE_INVALID for other bytes than an Arrow stream, and for one that is cut off
 */
export async function openArrowStream(
  source: Readable,
  options: InputOptions,
  remark: (text: string) => void,
): Promise<OpenInput> {
  const stream = await arrowTables(bytesOf(source), STANDARD_INPUT, remark);
  const names = chosenColumns(stream.names, options, STANDARD_INPUT);
  let folder: Promise<TemporaryFolder> | undefined;
  let isRead = false;
  async function* chunks(): AsyncGenerator<Table> {
    if (isRead) throw onlyOnce();
    isRead = true;
    yield* stream.chunks(names);
  }
  return {
    name: STANDARD_INPUT,
    names,
    files: [{ path: STANDARD_INPUT, names, chunks }],
    bytes: 0,
    paths: ["-"],
    get database(): Database {
      throw onlyOnce();
    },
    folder: async () => (await (folder ??= temporaryFolder())).path,
    chunks,
    countRows: () => Promise.reject(onlyOnce()),
    notices: () => Promise.resolve([]),
    async close() {
      await stream.close();
      source.destroy();
      await (await folder)?.remove();
    },
  };
}

async function* bytesOf(source: Readable): AsyncGenerator<Uint8Array, void, void> {
  for await (const piece of source as AsyncIterable<Buffer>) yield piece;
}

function onlyOnce(): CoupletError {
  return new CoupletError({
    code: "USAGE",
    where: STANDARD_INPUT,
    expected: "a table whose rows can be counted and read again",
    received: "an Arrow stream, which comes once",
    hint: "Write it to a file and name that.",
  });
}

/** A page has no files by path. */
import { CoupletError } from "../../error.ts";
import type { Storage } from "./storage.ts";

function refuse(path: string): Promise<never> {
  return Promise.reject(
    new CoupletError({
      code: "NOT_SUPPORTED",
      where: path,
      expected: "Node",
      received: "a browser page, which has no file paths",
      hint: "Use modelToBytes and FlowModel.fromBytes.",
    }),
  );
}

export const storage: Storage = { read: refuse, write: refuse };

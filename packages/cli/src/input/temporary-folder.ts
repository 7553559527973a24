/** A folder for what is needed only while the command runs. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { removeOnExit, unwritable } from "couplet/node";

export interface TemporaryFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** It goes when the process ends, however that comes, if it has not gone before. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), "couplet-")).catch((cause: unknown) => {
    throw unwritable(tmpdir(), cause);
  });
  const gone = removeOnExit(folder);
  return {
    path: folder,
    async remove() {
      await rm(folder, { recursive: true, force: true });
      gone();
    },
  };
}

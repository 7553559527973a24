/** Where the real data sets lie that some benchmarks read: they are not part of the repository. */

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** COUPLET_DATA, or `shared/data` beside the repository. */
export const dataFolder =
  process.env.COUPLET_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));

/** Whether a file of the data folder is there. */
export function hasData(path) {
  return existsSync(`${dataFolder}/${path}`);
}

/** Ends the process, with the reason, when a folder of the data folder is missing. */
export function needData(path) {
  if (hasData(path)) return;
  process.stderr.write(
    `bench: expected ${path} in ${dataFolder}, which is not there. Set COUPLET_DATA to a folder that has it.\n`,
  );
  process.exit(1);
}

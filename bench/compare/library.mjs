/**
 * The library of a checkout, through the part of its interface that stays the same from version to version: `fit`, the parts of a spec and a
 * model's `logProb` and `sample`. Every other name may have changed between the two checkouts that are compared.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * Where an export of a package of the checkout is built.
 *
 * @param {string} checkout
 * @param {string} folder of the package, below `packages`
 * @param {(manifest: any) => string} pick the path, out of its package.json
 */
export function builtFile(checkout, folder, pick) {
  const home = join(checkout, "packages", folder);
  return join(home, pick(JSON.parse(readFileSync(join(home, "package.json"), "utf8"))));
}

/**
 * The module that `import "couplet"` gives Node in the checkout: the file of the condition "node", where package.json has one.
 *
 * @param {string} checkout
 * @returns {Promise<any>}
 */
export async function libraryOf(checkout) {
  return import(
    pathToFileURL(
      builtFile(checkout, "couplet", (m) => m.exports["."].node ?? m.exports["."].default),
    ).href
  );
}

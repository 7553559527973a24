/** Bytes, gzip, of everything a page loads for all of `couplet`, kernels included. */

import { browserBundle } from "../tools/browser-bundle.mjs";

const { gzip } = await browserBundle();
process.stdout.write(JSON.stringify({ bundleBytes: gzip }));

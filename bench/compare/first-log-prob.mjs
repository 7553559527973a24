/**
 * One fresh process: milliseconds, of the clock and of the processor, from before the import of a checkout's library to the end of a first
 * `logProb`.
 *
 *   node bench/compare/first-log-prob.mjs CHECKOUT
 */

import { libraryOf } from "./library.mjs";

const start = performance.now();
const cpu = process.cpuUsage();
const library = await libraryOf(process.argv[2] ?? "");
const make = library.createModel ?? library.FlowModel.create;
const model = await make(library.realNvp({ dims: 8 }));
const [value] = await model.logProb(new Float32Array(8 * 100));
const wall = performance.now() - start;
const { user, system } = process.cpuUsage(cpu);
// A fresh flow is the identity: log p(0) is that of the standard normal.
if (!(Math.abs(value + 4 * Math.log(2 * Math.PI)) < 1e-4))
  throw new Error(`logProb of a fresh flow at 0 is ${value}`);
process.stdout.write(JSON.stringify({ wall, cpu: (user + system) / 1000 }));
process.exit();

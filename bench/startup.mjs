/** Milliseconds from before `import "couplet"` to the end of a first `logProb`, in this fresh process; Node's own start is not in it. */

const start = performance.now();
const { createModel, realNvp } = await import("couplet");
const model = await createModel(realNvp({ dims: 8 }));
const [value] = await model.logProb(new Float32Array(8 * 100));
const ms = performance.now() - start;
model.dispose();

// A fresh flow is the identity: log p(0) is that of the standard normal.
if (Math.abs(value + 4 * Math.log(2 * Math.PI)) > 1e-4)
  throw new Error(`logProb of a fresh flow at 0 is ${value}`);
process.stdout.write(JSON.stringify({ ms }));

/**
 * Two processes of one thread against one process of two: `node bench/processes.mjs [rounds]`, on affine-64 at a batch of 512 and 2,048.
 *
 * MPIRUN names another launcher than mpirun. Each figure is the steps a second of a fit in processes of its own; the kinds take turns. Needs an MPI.
 *
 * Beside the measured step of P processes stands the model of scaling,
 *
 *   step = t_c / P + alpha log2 P + bytes / beta,
 *
 * with t_c the step of one process of one thread, bytes those that a rank sends, and alpha and beta measured in the same run by sums of 16 and of a
 * million numbers. Processes that share a memory bandwidth or a core's clock are slower than it says.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const WORK = "--work";

if (process.argv[2] === WORK) await work(JSON.parse(process.argv[3] ?? "{}"));
else compare(Number(process.argv[2] ?? 5));

/** @param {{ shared: boolean, threads: number, batch: number, epochs: number }} options */
async function work({ shared, threads, batch, epochs }) {
  const { fit } = await import("couplet");
  const { mpi } = await import("couplet/node");
  const { modelNamed } = await import("./models.mjs");
  const { specOf } = await import("./ours-spec.mjs");
  const rows = Float32Array.from({ length: 64 * 8192 }, (_, i) => Math.sin(i * 0.7 + (i % 13)));
  const reducer = shared ? await mpi() : undefined;
  const way = reducer === undefined ? {} : await wayOf(reducer);
  const before = reducer?.bytesSent ?? 0;
  let started = 0;
  let steps = 0;
  const run = fit(specOf(modelNamed("affine-64")), rows, {
    batch,
    epochs,
    patience: epochs,
    threads,
    seed: 1,
    validation: { rows: rows.subarray(0, 64 * 32) },
    onEvent: (event) => {
      // The first epoch warms up.
      if (event.type === "epoch" && event.epoch === 1) started = performance.now();
      if (event.type === "epoch" && event.epoch > 1) steps += Math.ceil(8192 / batch);
    },
    ...(reducer === undefined ? {} : { reducer }),
  });
  const model = await run;
  const seconds = (performance.now() - started) / 1000;
  if ((reducer?.rank ?? 0) === 0) {
    const total = (steps * epochs) / (epochs - 1);
    console.log(
      JSON.stringify({
        stepsPerSecond: steps / seconds,
        bytesPerStep: ((reducer?.bytesSent ?? 0) - before) / total,
        ...way,
      }),
    );
  }
  model.dispose();
}

/**
 * Seconds of a sum among the ranks whatever its size, a doubling of the ranks each, and bytes a second of what is sent.
 *
 * @param {import("couplet/node").MpiReducer} reducer
 */
async function wayOf(reducer) {
  /** @param {number} length @param {number} count */
  const seconds = async (length, count) => {
    const numbers = new Float32Array(length);
    const sums = { loss: 0, drift: 0, verdict: 0 };
    for (let i = 0; i < 3; i++) await reducer.reduce(numbers, sums);
    const start = performance.now();
    for (let i = 0; i < count; i++) await reducer.reduce(numbers, sums);
    return (performance.now() - start) / 1000 / count;
  };
  const [small, large] = [await seconds(16, 200), await seconds(1_000_000, 20)];
  const bytes = (2 * 4 * 1_000_000 * (reducer.ranks - 1)) / reducer.ranks;
  return { alpha: small / Math.log2(reducer.ranks), beta: bytes / (large - small) };
}

/** @param {number} rounds */
function compare(rounds) {
  const self = fileURLToPath(import.meta.url);
  /** @param {object} options */
  const call = (options) => [process.execPath, self, WORK, JSON.stringify(options)];
  // Open MPI's launcher runs as root only when told so, and asks for a core a process.
  const env = {
    ...process.env,
    OMPI_ALLOW_RUN_AS_ROOT: "1",
    OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
    OMPI_MCA_rmaps_base_oversubscribe: "1",
  };
  /** @param {string[]} command */
  const run = ([program = "", ...args]) =>
    JSON.parse(
      execFileSync(program, args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"] })
        .split("\n")
        .find((line) => line.startsWith("{")) ?? "{}",
    );
  /** @param {number[]} values */
  const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
  const ranks = 2;
  console.log(
    "batch  1 x 1 thread  1 x 2 threads  2 x 1 thread  ratio  MB sent  ms a step  by the model  (steps/s; alpha ms, beta GB/s)",
  );
  for (const batch of [512, 2048]) {
    const epochs = batch === 512 ? 6 : 12;
    /** @type {{ alone: number[], two: number[], shared: number[], alpha: number[], beta: number[] }} */
    const all = { alone: [], two: [], shared: [], alpha: [], beta: [] };
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      all.alone.push(run(call({ shared: false, threads: 1, batch, epochs })).stepsPerSecond);
      all.two.push(run(call({ shared: false, threads: 2, batch, epochs })).stepsPerSecond);
      const shared = run([
        process.env["MPIRUN"] ?? "mpirun",
        "-n",
        String(ranks),
        ...call({ shared: true, threads: 1, batch, epochs }),
      ]);
      all.shared.push(shared.stepsPerSecond);
      all.alpha.push(shared.alpha);
      all.beta.push(shared.beta);
      bytes = shared.bytesPerStep;
    }
    const [alone, two, shared] = [all.alone, all.two, all.shared].map(median);
    const [alpha, beta] = [median(all.alpha), median(all.beta)];
    const model = 1 / (alone ?? NaN) / ranks + alpha * Math.log2(ranks) + bytes / beta;
    /** @param {number | undefined} value @param {number} digits @param {number} width */
    const cell = (value, digits, width) => (value ?? NaN).toFixed(digits).padStart(width);
    console.log(
      [
        String(batch).padEnd(5),
        cell(alone, 1, 13),
        cell(two, 1, 14),
        cell(shared, 1, 13),
        cell((shared ?? NaN) / (two ?? NaN), 2, 6),
        cell(bytes / 1e6, 2, 8),
        cell(1000 / (shared ?? NaN), 1, 10),
        cell(1000 * model, 1, 13),
        ` (${(1000 * alpha).toFixed(2)}, ${(beta / 1e9).toFixed(2)})`,
      ].join(" "),
    );
  }
}

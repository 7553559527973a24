/**
 * Two processes of one thread against one process of two: `node bench/processes.mjs [rounds]`, on affine-64 at a batch of 512 and 2,048.
 *
 * MPIRUN names another launcher than mpirun. Each figure is the steps a second of a fit in processes of its own; the two kinds take turns. Needs an MPI.
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
        bytesPerStep: (reducer?.bytesSent ?? 0) / total,
        parameters: model.parameterCount,
      }),
    );
  }
  model.dispose();
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
  console.log("batch  1 x 2 threads  2 x 1 thread  ratio  MB sent a step and rank");
  for (const batch of [512, 2048]) {
    const epochs = batch === 512 ? 6 : 12;
    /** @type {number[]} */
    const one = [];
    /** @type {number[]} */
    const two = [];
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      one.push(run(call({ shared: false, threads: 2, batch, epochs })).stepsPerSecond);
      const shared = run([
        process.env["MPIRUN"] ?? "mpirun",
        "-n",
        "2",
        ...call({ shared: true, threads: 1, batch, epochs }),
      ]);
      two.push(shared.stepsPerSecond);
      bytes = shared.bytesPerStep;
    }
    const [a, b] = [median(one), median(two)];
    console.log(
      `${String(batch).padEnd(6)} ${a.toFixed(1).padStart(13)} ${b.toFixed(1).padStart(13)}  ${(b / a).toFixed(2).padStart(5)}  ${(bytes / 1e6).toFixed(2)}`,
    );
  }
}

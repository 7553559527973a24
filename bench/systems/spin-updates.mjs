// Spin updates per second and core of the Monte Carlo kernels of layered magnets.
//
//   npm run build && node bench/systems/spin-updates.mjs [--json]
//
// Each row: a square bilayer (J' = J) near its Tc, one thread, time in the kernel only (measurements
// excluded). Five repeats; median, lowest and highest are printed. Beside it the plain way: one spin at a time in
// TypeScript with Math.random and a table of exp, the yardstick of a program without kernels.
import os from "node:os";
import { heisenberg, ising, magneticStack, simulateStack } from "couplet-systems/magnets";

const json = process.argv.includes("--json");
const repeats = 5;
const bilayer = (spin) =>
  magneticStack({
    layers: [0, 1].map(() => ({ spin, lattice: "square", exchange: 1 })),
    couplings: [{ between: [0, 1], exchange: 1 }],
  });

/** Metropolis on a bilayer in plain JavaScript; updates per second. */
function plain(size, temperature, sweeps) {
  const cells = size * size;
  const spins = new Int8Array(2 * cells).fill(1);
  const accept = Float64Array.from({ length: 6 }, (_, k) => Math.exp((-2 * k) / temperature));
  const begun = performance.now();
  for (let t = 0; t < sweeps; t++) {
    for (let i = 0; i < 2 * cells; i++) {
      const layer = i < cells ? 0 : cells;
      const at = i - layer,
        x = at % size,
        y = at - x;
      const field =
        spins[layer + y + ((x + 1) % size)] +
        spins[layer + y + ((x + size - 1) % size)] +
        spins[layer + ((y + size) % cells) + x] +
        spins[layer + ((y + cells - size) % cells) + x] +
        spins[cells - layer + at];
      const cost = spins[i] * field;
      if (cost <= 0 || Math.random() < accept[cost]) spins[i] = -spins[i];
    }
  }
  return (sweeps * 2 * cells) / ((performance.now() - begun) / 1000);
}

const rows = [
  {
    name: "Ising, Metropolis, multi-spin",
    spin: ising(),
    update: "metropolis",
    T: 3.2076,
    size: 32,
    sweeps: 1500,
  },
  {
    name: "Ising, heat bath, multi-spin",
    spin: ising(),
    update: "heatBath",
    T: 3.2076,
    size: 32,
    sweeps: 1000,
  },
  { name: "Ising, Wolff", spin: ising(), update: "wolff", T: 3.2076, size: 64, sweeps: 1500 },
  {
    name: "Heisenberg, heat bath",
    spin: heisenberg(),
    update: "heatBath",
    T: 0.9,
    size: 32,
    sweeps: 1000,
  },
  {
    name: "Heisenberg, Metropolis",
    spin: heisenberg(),
    update: "metropolis",
    T: 0.9,
    size: 32,
    sweeps: 1000,
  },
  {
    name: "Heisenberg, heat bath + 4 over-relaxations",
    spin: heisenberg(),
    update: "heatBath",
    T: 0.9,
    size: 32,
    sweeps: 500,
    relaxations: 4,
  },
  {
    name: "Heisenberg, Wolff",
    spin: heisenberg(),
    update: "wolff",
    T: 0.9,
    size: 32,
    sweeps: 1500,
  },
];
/** @type {number[][]} */
const samples = rows.map(() => []);
/** @type {number[]} */
const plainSamples = [];
plain(32, 3.2076, 50);
for (let repeat = 0; repeat < repeats; repeat++) {
  plainSamples.push(plain(32, 3.2076, 300));
  for (const [i, { spin, update, T, size, sweeps, relaxations = 0 }] of rows.entries()) {
    const result = await simulateStack(bilayer(spin), {
      temperature: T,
      size,
      update: /** @type {any} */ (update),
      relaxations,
      thermalise: sweeps,
      measurements: 1,
      runs: 1,
      threads: 0,
      seed: repeat,
    });
    samples[i].push(result.spinUpdates / result.kernelSeconds);
  }
}
const summary = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1], low: sorted[0], high: sorted.at(-1) };
};
const base = summary(plainSamples);
const table = [
  { name: "Ising, Metropolis, plain JavaScript", ...base, ratio: 1 },
  ...rows.map(({ name }, i) => {
    const s = summary(samples[i]);
    return { name, ...s, ratio: s.median / base.median };
  }),
];
if (json) {
  console.log(
    JSON.stringify(
      {
        machine: { cpu: os.cpus()[0].model, cores: os.cpus().length, node: process.version },
        unit: "spin updates / s / core",
        rows: table,
      },
      null,
      2,
    ),
  );
} else {
  console.log(
    `${os.cpus()[0].model}, ${os.cpus().length} cores, Node ${process.version}; million spin updates per second and core`,
  );
  for (const { name, median, low, high, ratio } of table) {
    const m = (x) => (x / 1e6).toFixed(1).padStart(8);
    console.log(
      `${name.padEnd(44)}${m(median)}  (${m(low).trim()} - ${m(high).trim()})  ${ratio.toFixed(1)} x`,
    );
  }
}

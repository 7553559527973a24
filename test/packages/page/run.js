// What every page of these tests computes: a flow is trained and scored, magnets are simulated on workers. It takes kernels and
// workers of both libraries.
import { configure, fit, realNvp } from "couplet";
import { ising, magneticStack, simulateStack } from "couplet-systems/magnets";

export async function run({ locations } = {}) {
  if (locations) configure(locations);
  const rows = Float64Array.from({ length: 600 }, (_, i) => Math.sin(i * i) + (i % 2));
  const flow = realNvp({ dims: 2, couplings: 2, width: 8 });
  const model = await fit(flow, rows, { epochs: 2, seed: 1 });
  const logProb = Array.from(await model.logProb(rows.subarray(0, 16)));
  model.dispose();
  const layers = [{ spin: ising(), lattice: "square", exchange: 1 }];
  const stack = magneticStack({ layers, couplings: [] });
  const options = { temperature: 2.5, size: 8, measurements: 100, runs: 2, seed: 5, threads: 2 };
  const { energy } = await simulateStack(stack, options);
  return { logProb, energy: energy.value, isolated: globalThis.crossOriginIsolated === true };
}

/** The same, with an error as data. */
export const outcome = (input) =>
  run(input).then(
    (value) => ({ value }),
    (error) => ({ error: `${error.code ?? error.name} ${error.message}` }),
  );

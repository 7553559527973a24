// Each entry point of couplet-systems does something that a page can do: whatever runs this file has to come to the same numbers.
import { domains } from "couplet-systems";
import { dense, parallelOperator, spectrum } from "couplet-systems/linear-algebra";
import { ising, magneticStack, simulateStack } from "couplet-systems/magnets";
import * as kinetics from "couplet-systems/kinetics";
import * as multiphysics from "couplet-systems/multiphysics";
import * as networks from "couplet-systems/networks";
import * as solvers from "couplet-systems/solvers";
import * as topology from "couplet-systems/topology";

const stack = magneticStack({
  layers: [{ spin: ising(), lattice: "square", exchange: 1 }],
  couplings: [],
});

const ring = dense(
  Array.from({ length: 6 }, (_, i) =>
    Array.from({ length: 6 }, (_, j) =>
      i === j ? 2 : (i - j + 6) % 6 === 1 || (j - i + 6) % 6 === 1 ? -1 : 0,
    ),
  ),
);

export async function run({ threads }) {
  const simulation = await simulateStack(stack, {
    temperature: 2.5,
    size: 8,
    measurements: 200,
    runs: 3,
    seed: 5,
    threads,
  });
  let refusal = null;
  if (typeof document !== "undefined") {
    try {
      parallelOperator(ring);
    } catch (error) {
      refusal = error.code;
    }
  }
  return {
    energy: simulation.energy,
    values: Array.from(spectrum({ operator: ring, k: 3 }).values),
    domains: domains.map(({ name }) => name),
    exports: [kinetics, multiphysics, networks, solvers, topology].map(
      (all) => Object.keys(all).length > 0,
    ),
    refusal,
  };
}

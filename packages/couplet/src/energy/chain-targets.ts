/** What Hamiltonian chains run on: an energy, a model's density, or an energy in a model's latent space. */
import type { FlowModel } from "../flow/model/model.ts";
import { standardiserLogDet, unstandardise } from "../flow/model/preprocess.ts";
import { lowerDecode } from "../flow/lower.ts";
import { lowerDecodePullback } from "../flow/gradient.ts";
import { EnergyCaller } from "./energy.ts";
import type { Energy } from "./energy.ts";
import type { ChainTarget } from "./hamiltonian.ts";

/** exp(-u), in data space. */
export function energyTarget(energy: Energy, dims: number): ChainTarget {
  const caller = new EnergyCaller(energy, { where: "energyTarget", dims, contextDims: 0 });
  return {
    dims,
    async evaluate(rows, signal) {
      const { u, grad } = await caller.evaluate(rows, undefined, signal);
      return { logDensity: u.map((value) => -value), gradient: grad.map((value) => -value) };
    },
  };
}

/** The density of an unconditional model, in data space, by `gradLogProb`. */
export function modelTarget(model: FlowModel<false>): ChainTarget {
  return {
    dims: model.spec.dims,
    async evaluate(rows, signal) {
      const options = signal === undefined ? {} : { signal };
      const { logProb, rows: gradient } = await model.gradLogProb(rows, options);
      return { logDensity: logProb, gradient };
    },
  };
}

/**
 * exp(-u) as a density of a model's latent values: log p(z) = -u(decode(z)) + log |d decode(z) / dz|. A model near the target makes
 * it near its base, so that chains mix fast however bent the target is (Hoffman et al. 2019, NeuTra-lizing bad geometry). Rows of the
 * chains are latent: `model.decode` gives data.
 */
export function latentTarget(model: FlowModel<false>, energy: Energy): ChainTarget {
  const { dims } = model.spec;
  const caller = new EnergyCaller(energy, { where: "latentTarget", dims, contextDims: 0 });
  const { scale } = model.standardiser;
  const offset = standardiserLogDet(model.standardiser);
  return {
    dims,
    async evaluate(latent, signal) {
      const count = latent.length / dims;
      const z = model.runner.floats(latent.length);
      z.set(latent);
      const decode = () => lowerDecode(model.spec, model.layout, { logDet: true });
      const decoded = await model.runner.run("decode", decode, { z }, count, { signal });
      const rows = unstandardise(decoded.get("x")!, model.standardiser);
      const { u, grad } = await caller.evaluate(rows, undefined, signal);
      const force = model.runner.floats(latent.length);
      for (let i = 0; i < force.length; i++) force[i] = -grad[i]! * scale[i % dims]!;
      const pullback = () => lowerDecodePullback(model.spec, model.layout);
      const inputs = { z, force, logDetForce: new Float64Array(count).fill(-1) };
      const pulled = await model.runner.run("decodePullback", pullback, inputs, count, { signal });
      return {
        logDensity: Float64Array.from(decoded.get("logDet")!, (l, r) => -u[r]! - l - offset),
        gradient: Float64Array.from(pulled.get("gradient")!),
      };
    },
  };
}

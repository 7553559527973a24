/** Draws of a model with what energies need beside them: densities, gradients of densities, latent values. */
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import { decodeWithGradient } from "../flow/gradient.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { standardiserLogDet, unstandardise } from "../flow/model/preprocess.ts";
import type { Floats } from "../flow/model/runner.ts";
import { baseNoise } from "../flow/parts/base/base.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { philoxKey } from "../random/philox.ts";

/** A draw. */
export interface Drawn {
  /** z, rows x dims. */
  readonly latent: Floats;
  /** x in standardised units, rows x dims. */
  readonly standardised: Floats;
  /** x in the user's units, rows x dims. */
  readonly rows: Float64Array<ArrayBuffer>;
  /** log q(x), in the user's units, nats. */
  readonly logProb: Float64Array;
  /** d log q(x) / dx at fixed parameters, per standardised unit, rows x dims. */
  readonly gradient: Floats;
}

/** Which draw. */
export interface DrawRequest {
  readonly count: number;
  readonly seed: number;
  /** Number of the first row within the seed's 2^32. */
  readonly firstRow: number;
  /** Standardised, count rows; needed by a conditional model. */
  readonly context?: Floats | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Draws `count` rows with their density and its gradient. */
export async function draw(
  model: FlowModel,
  { count, seed, firstRow, context, signal }: DrawRequest,
): Promise<Drawn> {
  const inputs = {
    one: new Float64Array(count).fill(1),
    ...(context === undefined ? {} : { context }),
  };
  const make = () => lowerProposal(model.spec, model.layout);
  const outputs = await model.runner.run("proposal", make, inputs, count, {
    seed: philoxKey(seed),
    firstRow,
    signal,
  });
  const standardised = outputs.get("x")!;
  const offset = standardiserLogDet(model.standardiser);
  return {
    latent: outputs.get("latent")!,
    standardised,
    rows: unstandardise(standardised, model.standardiser),
    logProb: Float64Array.from(outputs.get("logProb")!, (value) => value + offset),
    gradient: outputs.get("gradient")!,
  };
}

/** `one` (1 in each row, and context) to latent, x, logProb and gradient; noise is addressed by row. */
function lowerProposal(spec: FlowSpec, layout: ParameterLayout): Graph {
  const b = new GraphBuilder(layout);
  const one = b.input("one", { kind: "perRow" });
  const context =
    spec.context === 0 ? undefined : b.input("context", { kind: "rows", cols: spec.context });
  const latent = b.within("base", () => baseNoise(b, spec.base, spec.dims, one));
  const { x, logProb, gradient } = decodeWithGradient(b, spec, latent, context, one);
  b.output("latent", latent);
  b.output("x", x);
  b.output("logProb", logProb);
  b.output("gradient", gradient);
  return b.finish();
}

/** The gradient of a model's log-density, in the units of rows and contexts. */
import { logDensities } from "./own-units.ts";
import type { Floats } from "./runner.ts";
import type { Standardiser } from "./preprocess.ts";
import type { ModelView } from "./view.ts";

/** The log-density of each row, and its gradients. */
export interface LogProbGradient {
  /** log p(x | context), in nats, as `logProb` gives it. */
  readonly logProb: Float64Array<ArrayBuffer>;
  /** d log p / d x, rows x dims; NaN in rows of density 0, where no gradient exists. */
  readonly rows: Float64Array<ArrayBuffer>;
  /** d log p / d context, rows x columns of context; undefined for an unconditional model. */
  readonly context: Float64Array<ArrayBuffer> | undefined;
}

/** What the graph of the gradient gives, of standardised rows, becomes what the user asked for. */
export function gradientsInOwnUnits(
  { standardiser, contextStandardiser }: ModelView,
  outputs: ReadonlyMap<string, Floats>,
): LogProbGradient {
  const logProb = logDensities(outputs.get("logProb")!, standardiser);
  const context = outputs.get("contextGradient");
  return {
    logProb,
    rows: gradientInOwnUnits(outputs.get("gradient")!, standardiser, logProb),
    context: context && gradientInOwnUnits(context, contextStandardiser, logProb),
  };
}

/** A gradient with respect to standardised columns becomes one with respect to the user's: divided by their scales. */
function gradientInOwnUnits(
  gradient: Floats,
  { scale }: Standardiser,
  logProb: Float64Array,
): Float64Array<ArrayBuffer> {
  const cols = scale.length;
  const out = new Float64Array(gradient.length);
  for (let i = 0; i < out.length; i++)
    out[i] = Number.isFinite(logProb[Math.floor(i / cols)]!)
      ? gradient[i]! / scale[i % cols]!
      : NaN;
  return out;
}

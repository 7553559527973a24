/** A conditioner and a transform of a user's own, as the guide has them: registered on import. */
import { registerConditioner, registerTransform, transformOf } from "couplet";
import { activate, columns, dense, gated, sumLogDets } from "couplet/engine";

/** One gated layer: (x W + b) sigmoid(x V + c). */
registerConditioner("gated", (b, input, options) => {
  const outputs = Number(options["width"]);
  const value = b.within("value", () => dense(b, input, { outputs }));
  const gate = b.within("gate", () => dense(b, input, { outputs }));
  return activate(b, gated(b, value, gate), "tanh");
});

/** Scales and shifts, then bends: an affine map followed by a spline, as one transform. */
registerTransform("affineThenSpline", (place, options) => {
  const { variables } = place;
  const affine = transformOf({ kind: "affine", scale: "tanh", clamp: 1 }, place);
  const spline = transformOf(
    {
      kind: "rationalQuadratic",
      bins: Number(options["bins"]),
      bound: 3,
      minBin: 1e-3,
      minDerivative: 1e-3,
    },
    place,
  );
  const parameters = affine.parameters + spline.parameters;
  // Parameters lie parameter-major: the affine's first, one column per variable and parameter.
  const cut = affine.parameters * variables;
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  return {
    parameters,
    encode(b, x, params) {
      const first = affine.encode(b, x, columns(b, params, range(0, cut)));
      const rest = columns(b, params, range(cut, parameters * variables));
      const second = spline.encode(b, first.value, rest);
      return { value: second.value, logDet: sumLogDets(b, [first.logDet, second.logDet]) };
    },
    decode(b, y, params, options_) {
      const rest = columns(b, params, range(cut, parameters * variables));
      const second = spline.decode(b, y, rest, options_);
      const first = affine.decode(b, second.value, columns(b, params, range(0, cut)), options_);
      return { value: first.value, logDet: sumLogDets(b, [first.logDet, second.logDet]) };
    },
  };
});

/** A model in words and numbers, for people and for programs. */
import type { ModelView } from "./view.ts";
import type {
  BaseSpec,
  ConditionerSpec,
  LayerSpec,
  MaskSpec,
  TransformSpec,
} from "../spec/types.ts";

/** What `FlowModel.describe` gives. */
export interface FlowDescription {
  readonly dims: number;
  readonly context: number;
  readonly parameters: number;
  readonly base: string;
  readonly layers: readonly {
    readonly layer: number;
    readonly text: string;
    readonly parameters: number;
  }[];
  /** All of it, a line each. */
  readonly text: string;
}

export function describeFlow(model: ModelView): FlowDescription {
  const { spec, parameterList } = model;
  const size = (path: string) =>
    parameterList
      .filter(({ name }) => name.startsWith(`${path}.`))
      .reduce((sum, p) => sum + p.size, 0);
  const layers = spec.layers.map((layer, i) => ({
    layer: i,
    text: describeLayer(layer),
    parameters: size(`layers[${i}]`),
  }));
  const base = describeBase(spec.base);
  const context = spec.context === 0 ? "" : ` given ${spec.context} of context`;
  const text = [
    `flow of ${spec.dims} variables${context}, ${model.parameterCount.toLocaleString("en")} parameters, base ${base}`,
    ...layers.map(
      ({ layer, text: line, parameters }) =>
        `  ${layer}  ${line}  (${parameters.toLocaleString("en")})`,
    ),
  ].join("\n");
  return {
    dims: spec.dims,
    context: spec.context,
    parameters: model.parameterCount,
    base,
    layers,
    text,
  };
}

function describeLayer(layer: LayerSpec): string {
  switch (layer.kind) {
    case "coupling":
      return `coupling: ${describeMask(layer.mask)} frozen, ${describeTransform(layer.transform)}, by ${describeConditioner(layer.conditioner)}`;
    case "permutation":
      return `permutation: ${typeof layer.order === "string" ? layer.order : "random" in layer.order ? `random (seed ${layer.order.random})` : "explicit"}`;
    case "lu":
      return "linear (LU)";
    case "actNorm":
      return "actNorm";
  }
}

function describeMask(mask: MaskSpec): string {
  switch (mask.kind) {
    case "half":
      return mask.swap ? "second half" : "first half";
    case "alternating":
      return mask.parity === 0 ? "even variables" : "odd variables";
    case "random":
      return `random half (seed ${mask.seed})`;
    case "explicit":
      return `${mask.frozen.filter(Boolean).length} variables`;
  }
}

function describeTransform(transform: TransformSpec): string {
  switch (transform.kind) {
    case "additive":
      return "shifted";
    case "affine":
      return `scaled (${transform.scale}) and shifted`;
    case "rationalQuadratic":
      return `rational-quadratic spline of ${transform.bins} bins on +-${transform.bound}`;
    case "registered":
      return `transform "${transform.name}"`;
  }
}

function describeConditioner(conditioner: ConditionerSpec): string {
  switch (conditioner.kind) {
    case "mlp":
      return `MLP ${conditioner.widths.join(" x ")} ${conditioner.activation}`;
    case "residualMlp":
      return `residual MLP, ${conditioner.blocks} blocks of ${conditioner.width} ${conditioner.activation}`;
    case "registered":
      return `conditioner "${conditioner.name}"`;
  }
}

function describeBase(base: BaseSpec): string {
  switch (base.kind) {
    case "gaussian":
      return base.learned ? "Gaussian with learned location and scale" : "standard Gaussian";
    case "studentT":
      return `Student-t (${base.degrees} degrees of freedom${base.learned ? " at the start, learned" : ""})`;
    case "uniform":
      return `uniform on +-${base.bound}`;
  }
}

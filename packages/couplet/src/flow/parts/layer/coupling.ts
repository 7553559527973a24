import * as v from "valibot";
import { dense, concat } from "../../../engine/build.ts";
import { colsOf } from "../../../engine/value.ts";
import type { Inverse } from "../../../engine/graph.ts";
import type { Value } from "../../../engine/value.ts";
import { zeros } from "../../../engine/ops/zeros/op.ts";
import { requireOptions } from "../../../options.ts";
import { conditioners } from "../conditioner/conditioner.ts";
import type { ConditionerSpec } from "../conditioner/conditioner.ts";
import { mlp } from "../conditioner/index.ts";
import { half } from "../mask/index.ts";
import { masks, splitByMask } from "../mask/mask.ts";
import type { MaskSpec } from "../mask/mask.ts";
import { declarePart } from "../part.ts";
import type { PartPlace } from "../part.ts";
import { range, regroup } from "../../state.ts";
import type { State } from "../../state.ts";
import { affine } from "../transform/index.ts";
import type { Transform, TransformedValue } from "../transform/transform-part.ts";
import { transformOf, transforms } from "../transform/transform.ts";
import type { TransformSpec } from "../transform/transform.ts";
import type { LayerContext, LayerFactory } from "./layer-part.ts";

/** A bijection that freezes one part and transforms the other as a function of it. */
export interface CouplingSpec {
  readonly kind: "coupling";
  readonly mask: MaskSpec;
  readonly transform: TransformSpec;
  readonly conditioner: ConditionerSpec;
  /** How the last linear layer starts; left out for `"zero"`. */
  readonly head?: "zero" | "glorot";
}

/** Options of {@link coupling}. */
export interface CouplingOptions {
  /** Default `half()`. */
  readonly mask?: MaskSpec;
  /** Default `affine()`. */
  readonly transform?: TransformSpec;
  /** Default `mlp()`. */
  readonly conditioner?: ConditionerSpec;
  /**
   * How the weights of the last linear layer, from features to the transform's parameters, start. `"zero"`: the coupling is the
   * identity at birth. `"glorot"`: uniform with variance 2 / (inputs + outputs) (Glorot & Bengio 2010, eq. 16), for
   * comparison: a deep stack starts as a random map, whose log-determinants spread. The bias starts at zero. Default `"zero"`.
   */
  readonly head?: "zero" | "glorot";
}

/** Splits by the mask, freezes one part, transforms the other as a function of it. */
export const coupling: LayerFactory<CouplingSpec, [options: CouplingOptions]> = declarePart(
  {
    kind: "coupling",
    fields: {
      mask: masks.schema,
      transform: transforms.schema,
      conditioner: conditioners.schema,
      head: v.optional(v.picklist(["zero", "glorot"])),
    },
    problems({ mask, transform, conditioner }, place) {
      const at = (key: string): PartPlace => ({ ...place, path: `${place.path}.${key}` });
      return [
        ...masks.problems(mask, at("mask")),
        ...transforms.problems(transform, at("transform")),
        ...conditioners.problems(conditioner, at("conditioner")),
      ];
    },
    describe: ({ mask, transform, conditioner, head }) =>
      `coupling: ${masks.describe(mask)} frozen, ${transforms.describe(transform)}, by ${conditioners.describe(conditioner)}` +
      (head === "glorot" ? ", Glorot head" : ""),
    title: ({ transform }) => `coupling (${transform.kind})`,
    keepsBox: ({ transform }, bound) => transforms.of(transform).keepsBox(transform, bound),
    sources({ mask, transform }, dims) {
      const { frozen, transformed } = splitByMask(mask, dims);
      const mixes = transforms.of(transform).mixes === true;
      const all = range(dims);
      return all.map((i) => {
        if (!transformed.includes(i)) return [i];
        return mixes ? all : all.filter((j) => j === i || frozen.includes(j));
      });
    },
    encode(context, state, spec) {
      const encode: Apply = (transform, x, params) => transform.encode(context.b, x, params);
      return couple(context, state, spec, encode, ({ transform, params, target, result }) => ({
        input: target,
        output: result.value,
        given: [params],
        decode: (b, y, [given]) => transform.decode(b, y, given!, { logDet: false }).value,
      }));
    },
    decode(context, state, spec, { logDet }) {
      return couple(context, state, spec, (transform, y, params) =>
        transform.decode(context.b, y, params, { logDet }),
      );
    },
  },
  (options) => {
    requireOptions("coupling", options, {
      mask: true,
      transform: true,
      conditioner: true,
      head: true,
    });
    const { mask = half(), transform = affine(), conditioner = mlp(), head } = options;
    const start = head === undefined || head === "zero" ? {} : { head };
    return { kind: "coupling", mask, transform, conditioner, ...start };
  },
);

type Apply = (transform: Transform, value: Value, params: Value) => TransformedValue;

interface Coupled {
  readonly transform: Transform;
  readonly params: Value;
  readonly target: Value;
  readonly result: TransformedValue;
}

/** Both directions: only the elementwise map differs, since the conditioner sees the frozen part. */
function couple(
  context: LayerContext,
  state: State,
  spec: CouplingSpec,
  apply: Apply,
  inverse?: (coupled: Coupled) => Inverse,
) {
  const { b, dims, shape } = context;
  const { frozen, transformed } = splitByMask(spec.mask, dims);
  // Nothing left to transform (an explicit mask may say so in one dimension): the identity.
  if (transformed.length === 0) return { state, logDet: undefined };
  const parts = regroup(b, state, [frozen, transformed]);
  const target = parts.at(-1)!;
  const frozenValue = frozen.length === 0 ? undefined : parts[0]!.value;
  const { result } = b.bijection((): Coupled => {
    const inputs = [frozenValue, context.context].filter((value) => value !== undefined);
    const input = inputs.length === 0 ? b.emitOne(zeros, [], { cols: 0 }) : concat(b, inputs);
    const given = context.context === undefined ? 0 : colsOf(context.context);
    const place = { positions: frozen, shape, context: given };
    const features = b.within("conditioner", () =>
      conditioners.of(spec.conditioner).build(b, input, spec.conditioner, place),
    );
    const transform = transformOf(spec.transform, {
      variables: transformed.length,
      features: colsOf(features),
      path: b.path,
    });
    // Weights and bias zero, unless asked for otherwise: the coupling is the identity at birth.
    const params = b.within("head", () =>
      dense(b, features, {
        outputs: transform.parameters * transformed.length,
        init: { kind: spec.head === "glorot" ? "glorot" : "zeros" },
      }),
    );
    const { value } = target;
    return { transform, params, target: value, result: apply(transform, value, params) };
  }, inverse);
  return {
    state: [...parts.slice(0, -1), { value: result.value, positions: transformed }],
    logDet: result.logDet,
  };
}

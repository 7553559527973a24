import { requireOptions } from "../../../options.ts";
import * as v from "valibot";
import { conditioners } from "../conditioner/conditioner.ts";
import type { ConditionerSpec } from "../conditioner/conditioner.ts";
import { convolutional } from "../conditioner/index.ts";
import { channelProblems, gridOf } from "../image-shape.ts";
import { channel } from "../mask/index.ts";
import { splitByMask } from "../mask/mask.ts";
import { declarePart } from "../part.ts";
import { range, regroup } from "../../state.ts";
import { affine } from "../transform/index.ts";
import { transforms } from "../transform/transform.ts";
import type { TransformSpec } from "../transform/transform.ts";
import { couplingSources, decodeCoupling, encodeCoupling } from "./coupled.ts";
import type { LayerFactory } from "./layer-part.ts";

/** The second half of the channels leaves for the latent row. */
export interface FactorOutSpec {
  readonly kind: "factorOut";
  /** How what leaves depends on what stays. */
  readonly transform: TransformSpec;
  /** The network of the split prior; null for a standard normal that depends on nothing. */
  readonly conditioner: ConditionerSpec | null;
}

/** Options of {@link factorOut}. */
export interface FactorOutOptions {
  /** Default `affine()`: a Gaussian whose mean and deviation the network gives. */
  readonly transform?: TransformSpec;
  /** Default `convolutional({ width: 32 })`; null for no prior. */
  readonly conditioner?: ConditionerSpec | null;
}

/**
 * Lets the second half z of the channels go and the first half h go on (Dinh et al. 2017, section 3.6). The learned prior p(z | h) is an
 * affine coupling that freezes h: eps = (z - mu(h)) / sigma(h) is standard normal, and eps is what leaves. The latent row is what leaves
 * first, then what leaves next, and so on, each row by row and channels last, and at the end what goes through all layers.
 */
export const factorOut: LayerFactory<FactorOutSpec, [options?: FactorOutOptions]> = declarePart(
  {
    kind: "factorOut",
    fields: { transform: transforms.schema, conditioner: v.nullable(conditioners.schema) },
    problems({ transform, conditioner }, place) {
      const faults = channelProblems(place, "a layer that lets half the channels go");
      const at = (key: string) => ({ ...place, path: `${place.path}.${key}` });
      return [
        ...faults,
        ...transforms.problems(transform, at("transform")),
        ...(conditioner === null ? [] : conditioners.problems(conditioner, at("conditioner"))),
      ];
    },
    describe: ({ transform, conditioner }) =>
      conditioner === null
        ? "half the channels leave"
        : `half the channels leave, ${transforms.describe(transform)} given the others, by ${conditioners.describe(conditioner)}`,
    title: () => "factorOut",
    keepsBox: ({ transform, conditioner }, bound) =>
      conditioner === null || transforms.of(transform).keepsBox(transform, bound),
    shapeAfter: (_spec, shape) => {
      const [height, width, channels] = gridOf(shape)!;
      return [height, width, Math.ceil(channels / 2)];
    },
    sources({ transform, conditioner }, dims, shape) {
      const { frozen, transformed } = splitByMask(channel(), dims, shape);
      const sources =
        conditioner === null
          ? range(dims).map((i) => [i])
          : couplingSources({ mask: channel(), transform, conditioner }, dims, shape);
      return [...transformed, ...frozen].map((i) => sources[i]!);
    },
    encode(context, state, { transform, conditioner }) {
      const { b, dims, shape } = context;
      const { frozen, transformed } = splitByMask(channel(), dims, shape);
      const coupled =
        conditioner === null
          ? { state, logDet: undefined }
          : encodeCoupling(context, state, { mask: channel(), transform, conditioner });
      const [stays, leaves] = regroup(b, coupled.state, [frozen, transformed]);
      return {
        state: [{ value: stays!.value, positions: range(frozen.length) }],
        logDet: coupled.logDet,
        left: leaves!.value,
      };
    },
    decode(context, state, { transform, conditioner }, options) {
      const { dims, shape, b } = context;
      const { frozen, transformed } = splitByMask(channel(), dims, shape);
      const [stays] = regroup(b, state, [range(frozen.length)]);
      const whole = [
        { value: stays!.value, positions: frozen },
        { value: options.left!, positions: transformed },
      ];
      return conditioner === null
        ? { state: whole, logDet: undefined }
        : decodeCoupling(context, whole, { mask: channel(), transform, conditioner }, options);
    },
  },
  (options = {}) => {
    requireOptions("factorOut", options, { transform: true, conditioner: true });
    const { transform = affine(), conditioner = convolutional({ width: 32 }) } = options;
    return { kind: "factorOut", transform, conditioner };
  },
);

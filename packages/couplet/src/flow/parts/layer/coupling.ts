import * as v from "valibot";
import { requireOptions } from "../../../options.ts";
import { conditioners } from "../conditioner/conditioner.ts";
import type { ConditionerSpec } from "../conditioner/conditioner.ts";
import { mlp } from "../conditioner/index.ts";
import { half } from "../mask/index.ts";
import { masks } from "../mask/mask.ts";
import type { MaskSpec } from "../mask/mask.ts";
import { declarePart } from "../part.ts";
import type { PartPlace } from "../part.ts";
import { affine } from "../transform/index.ts";
import { transforms } from "../transform/transform.ts";
import type { TransformSpec } from "../transform/transform.ts";
import { couplingSources, decodeCoupling, encodeCoupling } from "./coupled.ts";
import type { LayerFactory } from "./layer-part.ts";

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
    keepsDomains: ({ transform }) => transforms.of(transform).keepsDomains === true,
    sources: couplingSources,
    encode: encodeCoupling,
    decode: decodeCoupling,
  },
  (options) => {
    requireOptions("coupling", options, {
      mask: true,
      transform: true,
      conditioner: true,
      head: ["zero", "glorot"],
    });
    const { mask = half(), transform = affine(), conditioner = mlp(), head } = options;
    const start = head === undefined || head === "zero" ? {} : { head };
    return { kind: "coupling", mask, transform, conditioner, ...start };
  },
);

import * as v from "valibot";
import { channelProblems } from "../image-shape.ts";
import { declarePart } from "../part.ts";
import type { MaskFactory } from "./mask-part.ts";

/** The first half of the channels of every pixel (rounded up) is frozen; with `swap` the other part. */
export interface ChannelMask {
  readonly kind: "channel";
  readonly swap: boolean;
}

/** Freezes the first half of the channels at every pixel of an image, or with `swap` the rest (Dinh et al. 2017, figure 3). */
export const channel: MaskFactory<ChannelMask, [swap?: boolean]> = declarePart(
  {
    kind: "channel",
    fields: { swap: v.boolean() },
    problems: (_spec, place) => channelProblems(place, "a mask of channels"),
    describe: ({ swap }) => (swap ? "second half of the channels" : "first half of the channels"),
    frozen({ swap }, _dims, [, , channels]) {
      const middle = Math.ceil(channels! / 2);
      return (i) => i % channels! < middle !== swap;
    },
  },
  (swap = false) => ({ kind: "channel", swap }),
);

/** The masks: which variables a coupling freezes. A new mask is a file beside this one and a line here. */
export { half, type HalfMask } from "./half.ts";
export { alternating, type AlternatingMask } from "./alternating.ts";
export { random, type RandomMask } from "./random.ts";
export { explicit, type ExplicitMask } from "./explicit.ts";
export { checkerboard, type CheckerboardMask } from "./checkerboard.ts";
export { channel, type ChannelMask } from "./channel.ts";

/** Bits per dimension of held-out images, as a line for people. */
import type { HeldOutImages } from "couplet/images";
import { count } from "../../terminal/quantities.ts";

export function imageFigure({ images, bits, standardError, samples }: HeldOutImages): string {
  const error = Number.isNaN(standardError) ? "" : ` +- ${standardError.toFixed(3)}`;
  return `${bits.toFixed(3)} bits/dim (${samples} ${samples === 1 ? "sample" : "samples"})${error} on ${count(images)} held-out images`;
}

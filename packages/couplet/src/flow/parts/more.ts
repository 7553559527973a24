/** All parts, those of rooms that load by themselves among them: one file for bundlers, which whoever reads a spec of other parts loads. */
import { knowAllParts } from "./all.ts";
import { knowAutoregressive } from "./layer/autoregressive/autoregressive.ts";

/** {@link knowAllParts}, and the autoregressive layer. */
export function knowMoreParts(): void {
  knowAllParts();
  knowAutoregressive();
}

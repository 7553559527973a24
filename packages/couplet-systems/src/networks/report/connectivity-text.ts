/** Connectivity in words, told from rounding. */
import { significant } from "../../report/significant.ts";
import type { NetworksResult } from "../problem/run.ts";

/** Eigenvalues of a network in parts are zero but for rounding, which has the size of the weights. */
export const roundingOf = ({ measures }: NetworksResult): number =>
  1e-12 * (measures.spectralRadius > 0 ? measures.spectralRadius : 1);

/** An algebraic connectivity in four digits; "0" below rounding. */
export const connectivityText = (value: number, result: NetworksResult): string =>
  Math.abs(value) < roundingOf(result) ? "0" : significant(value, 4);

/** The density of one latent coordinate that relations keep within some stretches of its axis. */
import { type AxisDensity, axisDensity, logSum } from "../score/axis-density.ts";

/** A stretch of an axis on which a density is above 0, with values of log p at nodes inside, ascending. */
export interface SupportedPart {
  readonly lower: number;
  readonly upper: number;
  readonly nodes: readonly number[];
  readonly logs: readonly number[];
}

/** Where a stretch without an end has points. */
const FAR = 8;

/** {@link axisDensity} on each of some stretches, and 0 outside of them. */
export function supportedDensity(parts: readonly SupportedPart[]): AxisDensity {
  const own = parts.map((part) => ({ ...part, density: densityOf(part) }));
  const massOf = ({ lower, upper, density }: (typeof own)[number], from: number, to: number) =>
    Math.min(upper, to) > Math.max(lower, from)
      ? density.logMass(Math.max(lower, from), Math.min(upper, to))
      : -Infinity;
  const pieces = own.flatMap((part) =>
    part.density.pieces.flatMap((piece, inner) => {
      const lower = Math.max(piece.lower, part.lower);
      const upper = Math.min(piece.upper, part.upper);
      return upper > lower
        ? [{ lower, upper, logMass: massOf(part, lower, upper), part, inner }]
        : [];
    }),
  );
  const logTotal = logSum(pieces.map(({ logMass }) => logMass));
  return {
    logTotal,
    pieces,
    logMass: (lower, upper) => logSum(own.map((part) => massOf(part, lower, upper))),
    logAt(z) {
      const part = own.find(({ lower, upper }) => z >= lower && z <= upper);
      return part === undefined ? -Infinity : part.density.logAt(z);
    },
    meanLog: (piece, lower, upper) => {
      const { part, inner } = pieces[piece]!;
      return part.density.meanLog(inner, lower, upper);
    },
    spread(count) {
      const points: number[] = [];
      let below = 0;
      for (const { lower, upper, logMass } of pieces) {
        const share = Math.exp(logMass - logTotal);
        const [from, to] = [Math.max(lower, -FAR), Math.min(upper, FAR)];
        while (points.length < count && (points.length + 0.5) / count < below + share)
          points.push(from + (((points.length + 0.5) / count - below) / share) * (to - from));
        below += share;
      }
      return points;
    },
  };
}

/** A stretch with a single node has the slope of a standard normal. */
function densityOf({ nodes, logs }: SupportedPart): AxisDensity {
  if (nodes.length > 1) return axisDensity(nodes, logs);
  const [z, log] = [nodes[0]!, logs[0]!];
  return axisDensity([z, z + 1], [log, log - 0.5 * ((z + 1) ** 2 - z ** 2)]);
}

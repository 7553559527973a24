import type { Acceleration, IqnImvj, Proposal } from "./acceleration.ts";
import { secantStore, type SecantPair } from "./quasi-newton.ts";
import type { FieldLayout } from "./residual-sum.ts";
import { secantSystem } from "./secant-qr.ts";
import { thinSvd } from "../svd.ts";
import { addScaled, combine, dot, norm } from "../vector.ts";

/** A thin piece `sum_j left_j right_j^T` of the inverse Jacobian. */
interface Piece {
  readonly left: readonly Float64Array[];
  readonly right: readonly Float64Array[];
  readonly raw: readonly SecantPair[];
}

/** The state of IQN-IMVJ; the method is described at `iqnImvj`. */
export function multiVector(spec: IqnImvj, fields: readonly FieldLayout[]): Acceleration {
  const store = secantStore(spec, fields);
  let pieces: Piece[] = [];
  let kept: Piece[] = []; // raw pairs for the least-squares restart

  /** The piece that this window's secant pairs add to the old Jacobian: `(W - J_old V) V^+`. */
  function currentPiece(): Piece {
    const left = store.pairs.map((pair) => {
      const column = pair.mapped.slice();
      addScaled(column, -1, apply(pieces, pair.residual));
      return column;
    });
    // V^+ belongs to scaled residuals; scaling its rows once more makes it act on raw ones.
    return { left, right: store.system.pseudoInverse().map(store.scale), raw: store.pairs };
  }

  function restart(): void {
    const rule = spec.restart;
    if (rule.kind === "none" || pieces.length <= rule.windows) return;
    if (rule.kind === "zero") pieces = [];
    if (rule.kind === "slide") pieces = pieces.slice(-rule.windows);
    if (rule.kind === "svd") pieces = [compress(pieces, rule.limit)];
    if (rule.kind === "leastSquares") {
      const pairs = kept
        .slice(-rule.reusedWindows)
        .reverse()
        .flatMap((piece) => piece.raw);
      pieces = pairs.length === 0 ? [] : [leastSquaresPiece(pairs, spec)];
      kept = kept.slice(-rule.reusedWindows);
    }
  }

  return {
    kind: spec.kind,
    observe(x: Float64Array, mapped: Float64Array, residual: Float64Array): void {
      store.observe({ x, mapped, residual });
    },
    propose(): Proposal {
      const dropped = store.filter();
      const { x, mapped, residual } = store.last;
      const columns =
        store.pairs.length + pieces.reduce((sum, piece) => sum + piece.left.length, 0);
      if (columns === 0) {
        const factor = spec.initialFactor;
        return { next: combine(x, factor, residual), step: "relaxed", factor, columns, dropped };
      }
      const next = mapped.slice();
      addScaled(next, -1, apply([...pieces, currentPiece()], residual));
      return { next, step: "quasiNewton", columns, dropped };
    },
    reset(): void {
      pieces = [];
      kept = [];
      store.reset();
    },
    endWindow(converged: boolean): void {
      store.filter();
      if (converged && store.pairs.length > 0) {
        const piece = currentPiece();
        pieces.push(piece);
        kept.push(piece);
        restart();
      }
      store.retain(() => false);
      store.nextWindow();
    },
  };
}

function apply(pieces: readonly Piece[], vector: Float64Array): Float64Array {
  const result = new Float64Array(vector.length);
  for (const { left, right } of pieces) {
    right.forEach((row, j) => addScaled(result, dot(row, vector), left[j]!));
  }
  return result;
}

/** `J = W V^+` from raw pairs: what a first window would have built from them. */
function leastSquaresPiece(pairs: readonly SecantPair[], spec: IqnImvj): Piece {
  const limited = pairs.slice(0, pairs[0]!.residual.length);
  const system = secantSystem({ kind: "qr2", limit: spec.filter.limit });
  system.replace(limited.map((pair) => pair.residual));
  const dropped = new Set(system.filter());
  const used = limited.filter((_, j) => !dropped.has(j));
  return { left: used.map((pair) => pair.mapped), right: system.pseudoInverse(), raw: used };
}

/** The sum of all pieces as one piece of the least rank that keeps singular values above `limit` times the largest. */
function compress(pieces: readonly Piece[], limit: number): Piece {
  const left = orthogonalise(pieces.flatMap((piece) => piece.left));
  const right = orthogonalise(pieces.flatMap((piece) => piece.right));
  // J = Ql (Rl Rr^T) Qr^T; only the small core in the middle needs singular values.
  const core = right.basis.map((_, j) =>
    Float64Array.from(left.basis, (_row, i) =>
      left.coefficients.reduce(
        (sum, column, k) => sum + (column[i] ?? 0) * (right.coefficients[k]![j] ?? 0),
        0,
      ),
    ),
  );
  const wide = core.length > left.basis.length;
  const { u, s, v } = thinSvd(wide ? transpose(core, left.basis.length) : core);
  const [inLeft, inRight] = wide ? [v, u] : [u, v];
  const rank = s.filter((value) => value > limit * s[0]!).length;
  const build = (
    basis: readonly Float64Array[],
    weights: Float64Array,
    factor: number,
  ): Float64Array => {
    const result = new Float64Array(basis[0]!.length);
    basis.forEach((direction, i) => addScaled(result, factor * weights[i]!, direction));
    return result;
  };
  const index = Array.from({ length: rank }, (_, j) => j);
  return {
    left: index.map((j) => build(left.basis, inLeft[j]!, s[j]!)),
    right: index.map((j) => build(right.basis, inRight[j]!, 1)),
    raw: [],
  };
}

function transpose(columns: readonly Float64Array[], rows: number): Float64Array[] {
  return Array.from({ length: rows }, (_, i) => Float64Array.from(columns, (column) => column[i]!));
}

function orthogonalise(vectors: readonly Float64Array[]): {
  basis: Float64Array[];
  coefficients: number[][];
} {
  const basis: Float64Array[] = [];
  const coefficients = vectors.map((vector) => {
    const rest = vector.slice();
    const row = new Array<number>(basis.length).fill(0);
    for (let pass = 0; pass < 2; pass++) {
      basis.forEach((direction, i) => {
        const c = dot(direction, rest);
        row[i]! += c;
        addScaled(rest, -c, direction);
      });
    }
    const left = norm(rest);
    if (left > 1e-14 * norm(vector)) {
      basis.push(rest.map((value) => value / left));
      row.push(left);
    }
    return row;
  });
  return { basis, coefficients };
}

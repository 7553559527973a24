/** Whether an energy's gradient is the gradient of that energy, by central differences. */
import { CoupletError } from "../error.ts";
import { philoxNormal } from "../random/philox.ts";
import type { EnergyCaller, EvaluatedRows } from "./energy.ts";

/** Rows of the first batch that are looked at. */
const ROWS = 8;

/** A wrong gradient is off by a fraction of its size; differences of a float32 energy by a few per cent. */
const TOLERANCE = 0.05;

/**
 * Compares grad . v with (u(x + h v) - u(x - h v)) / 2h along one random direction v a row, at eight rows. A row agrees when
 * it does at one of three steps: a kink or a loss of digits spoils one step, a wrong gradient all of them.
 *
 * @param scale of each column: the step is a fraction of it
 * @throws CoupletError USAGE with the numbers, when most rows that can be told disagree
 */
export async function checkEnergyGradient(
  caller: EnergyCaller,
  where: string,
  {
    rows,
    context,
    values,
    scale,
    contextDims,
  }: {
    readonly rows: Float64Array;
    readonly context: Float64Array | undefined;
    readonly values: EvaluatedRows;
    readonly scale: readonly number[];
    readonly contextDims: number;
  },
  signal?: AbortSignal,
): Promise<void> {
  const dims = scale.length;
  const finite = Array.from(values.u.keys()).filter((r) => Number.isFinite(values.u[r]!));
  // Far rows of a steep energy lose all digits of a difference: the lowest energies tell most.
  const chosen = finite.sort((a, b) => values.u[a]! - values.u[b]!).slice(0, ROWS);
  if (chosen.length === 0) return;
  const direction = Float64Array.from(
    { length: chosen.length * dims },
    (_, i) => philoxNormal({ seed: 0, row: i }) * scale[i % dims]!,
  );
  const start = chosen.flatMap((r) => Array.from(rows.subarray(r * dims, (r + 1) * dims)));
  const contexts =
    context === undefined
      ? undefined
      : Float64Array.from(
          chosen.flatMap((r) =>
            Array.from(context.subarray(r * contextDims, (r + 1) * contextDims)),
          ),
        );
  const told = chosen.map((r, k) => {
    let slope = 0;
    for (let j = 0; j < dims; j++) slope += values.grad[r * dims + j]! * direction[k * dims + j]!;
    return slope;
  });
  const best = chosen.map(() => ({ error: Infinity, difference: NaN }));
  for (const step of [1e-3, 1e-4, 1e-5]) {
    const at = (sign: number) =>
      caller.evaluate(
        Float64Array.from(start, (x, i) => x + sign * step * direction[i]!),
        contexts,
        signal,
      );
    const [up, down] = [await at(1), await at(-1)];
    for (const [k, r] of chosen.entries()) {
      const difference = (up.u[k]! - down.u[k]!) / (2 * step);
      // What float64 leaves of a difference of numbers of this size.
      const lost = (1e-12 * Math.abs(values.u[r]!)) / step;
      const error =
        Math.max(0, Math.abs(difference - told[k]!) - lost) /
        Math.max(Math.abs(difference), Math.abs(told[k]!), 1e-6);
      if (error < best[k]!.error) best[k] = { error, difference };
    }
  }
  const wrong = best.flatMap(({ error }, k) => (error > TOLERANCE ? [k] : []));
  if (wrong.length <= chosen.length / 2) return;
  const worst = wrong.reduce((a, b) => (best[b]!.error > best[a]!.error ? b : a));
  const digits = (value: number) => Number(value.toPrecision(6)).toString();
  throw new CoupletError({
    code: "USAGE",
    where: `${where}: energy: grad`,
    expected: `the gradient of u: at row ${chosen[worst]} u changes by ${digits(best[worst]!.difference)} per unit along a random direction`,
    received: `grad, which says ${digits(told[worst]!)} (${wrong.length} of ${chosen.length} rows disagree)`,
    hint: "Is it du/dx, not the force -du/dx, row by row, in the units of the rows? checkGradient: false skips this check.",
  });
}

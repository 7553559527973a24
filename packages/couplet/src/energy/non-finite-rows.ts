/** Rows without a finite energy: few are borne, many end the training. */
import { CoupletError } from "../error.ts";

/** Above this share of rows without a finite energy, over ten steps, the training ends. */
const MOST = 0.05;
const STEPS = 10;

/** Counts the rows of the last ten steps. */
export class NonFiniteWatch {
  readonly #recent: number[] = [];

  /**
   * Notes `nonFinite` of `batch` rows.
   *
   * @throws CoupletError NON_FINITE_INPUT
   */
  add(step: number, nonFinite: number, batch: number): void {
    const recent = this.#recent;
    recent.push(nonFinite);
    if (recent.length > STEPS) recent.shift();
    const sum = recent.reduce((total, value) => total + value, 0);
    const rows = recent.length * batch;
    // One bad batch among the first is no verdict, unless most of it is bad.
    if (sum > MOST * rows && (recent.length === STEPS || sum > rows / 2))
      throw tooManyNonFinite(step, sum, rows);
  }
}

/** The error of a training whose energies are not finite. */
export function tooManyNonFinite(step: number, count: number, rows: number): CoupletError {
  return new CoupletError({
    code: "NON_FINITE_INPUT",
    where: `fitEnergy: energy: step ${step + 1}`,
    expected: `finite u and grad in at least ${100 * (1 - MOST)} % of the rows drawn`,
    received: `${count} of ${rows} rows with NaN or infinity`,
    hint: "Let u grow instead of becoming infinite where the density is 0, or keep the model inside with a bounded base.",
  });
}

import { CoupletError, checkOptions } from "couplet/kit";

/** Exchange through a non-magnetic spacer as a function of its thickness. */
export interface SpacerCoupling {
  readonly kind: "rkky";
  /** J0 of the formula, an energy (times length squared for `exponent` 2). */
  readonly amplitude: number;
  /** Fermi wave number k_F, in 1 / (unit of thickness). */
  readonly fermiWaveNumber: number;
  readonly phase: number;
  readonly exponent: number;
  /** Length over which disorder or temperature damps the oscillation; Infinity without damping. */
  readonly decayLength: number;
}

/**
 * An oscillating exchange between films through a non-magnetic metal:
 *
 *   J'(d) = amplitude sin(2 k_F d + phase) / d^exponent exp(-d / decayLength)
 *
 * The period is pi / k_F. `exponent` 2 (the default) is the asymptotic law for flat layers
 * (Bruno and Chappert 1991, Phys. Rev. Lett. 67, 1602; asymptotic: not meant for one atomic plane).
 *
 * @throws CoupletError SPEC_INVALID for a wave number or decay length that is not positive
 */
export function rkky(options: {
  readonly amplitude: number;
  readonly fermiWaveNumber: number;
  readonly phase?: number;
  readonly exponent?: number;
  readonly decayLength?: number;
}): SpacerCoupling {
  checkOptions("rkky", options, {
    amplitude: 0,
    fermiWaveNumber: 0,
    phase: 0,
    exponent: 0,
    decayLength: 0,
  });
  const { amplitude, fermiWaveNumber, phase = 0, exponent = 2, decayLength = Infinity } = options;
  const check = (name: string, value: number, good: boolean, expected: string): void => {
    if (!good) {
      throw new CoupletError({
        code: "SPEC_INVALID",
        where: `rkky.${name}`,
        expected,
        received: String(value),
      });
    }
  };
  check("amplitude", amplitude, Number.isFinite(amplitude), "a finite number");
  check(
    "fermiWaveNumber",
    fermiWaveNumber,
    fermiWaveNumber > 0 && fermiWaveNumber < Infinity,
    "a positive number",
  );
  check("phase", phase, Number.isFinite(phase), "a finite number");
  check(
    "exponent",
    exponent,
    Number.isFinite(exponent) && exponent >= 0,
    "a number that is not negative",
  );
  check("decayLength", decayLength, decayLength > 0, "a positive number");
  return { kind: "rkky", amplitude, fermiWaveNumber, phase, exponent, decayLength };
}

/** J'(d) of a spacer of thickness d. */
export function spacerExchange(coupling: SpacerCoupling, thickness: number): number {
  if (!(thickness > 0) || !Number.isFinite(thickness)) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "spacer.thickness",
      expected: "a positive number",
      received: String(thickness),
    });
  }
  const { amplitude, fermiWaveNumber, phase, exponent, decayLength } = coupling;
  return (
    (amplitude *
      Math.sin(2 * fermiWaveNumber * thickness + phase) *
      Math.exp(-thickness / decayLength)) /
    thickness ** exponent
  );
}

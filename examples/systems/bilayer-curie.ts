/**
 * Two magnetic films on each other: when do they have one Curie temperature?
 *
 * Draws four panels to examples/out/bilayer-curie.svg:
 *   a  Tc of a square Ising bilayer over its coupling: mean field against Monte Carlo with error bars
 *   b  the magnetisation of each film over T, for unlike films and a weak coupling
 *   c  -dm2/dT of the weaker film: the ghost of its own transition, and c* where it vanishes
 *   d  c* over the ratio of the films: one visible feature or two
 *
 * Takes about a minute on two cores; `--quick` takes fewer points and larger error bars.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import {
  featureBoundary,
  ising,
  magneticStack,
  meanFieldCurve,
  meanFieldState,
  meanFieldTransition,
  molecularField,
  orderingTemperature,
  simulateStack,
  stackField,
  twoFilmTemperature,
} from "couplet-systems/magnets";
import type { MagneticStack } from "couplet-systems/magnets";
import { bilayerFigure } from "./bilayer-curie/figure.ts";

const quick = process.argv.includes("--quick");

const bilayer = (lower: number, upper: number, coupling: number): MagneticStack =>
  magneticStack({
    layers: [
      { name: "film 1", spin: ising(), lattice: "square", exchange: lower },
      { name: "film 2", spin: ising(), lattice: "square", exchange: upper },
    ],
    couplings: [{ between: ["film 1", "film 2"], exchange: coupling }],
  });

// a. Tc over the coupling of equal films.
const onsager = 2 / Math.log(1 + Math.SQRT2);
const meanField = Array.from({ length: 61 }, (_, i) => ({
  c: i / 50,
  T: twoFilmTemperature(4, 4, i / 50),
}));
const measured: { c: number; T: number; error: number }[] = [];
for (const c of quick ? [0.25, 1] : [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.2]) {
  const { value, error } = await orderingTemperature(bilayer(1, 1, c), {
    method: "monteCarlo",
    sizes: [8, 16, 32],
    tolerance: quick ? 0.02 : 3e-3,
    measurements: 1000,
  });
  measured.push({ c, T: value, error });
  console.log(
    `J'/J = ${c}: Tc / J = ${value.toFixed(4)} +- ${error.toFixed(4)}   (mean field ${twoFilmTemperature(4, 4, c).toFixed(4)})`,
  );
}
// Tc = Tc(0) + A J'^(4/7), A from the smallest coupling: the law of weakly coupled equal films.
const amplitude = (measured[0]!.T - onsager) / measured[0]!.c ** (4 / 7);
const weak = Array.from({ length: 61 }, (_, i) => ({
  c: i / 50,
  T: onsager + amplitude * (i / 50) ** (4 / 7),
}));

// b. Magnetisation of unlike films: J = 1 and 0.5, coupling 0.1.
const unlike = bilayer(1, 0.5, 0.1);
const critical = meanFieldTransition(stackField(unlike)).temperature;
const temperatures = Array.from({ length: 160 }, (_, i) => critical * (0.05 + (0.9499 * i) / 159));
const curves = meanFieldCurve(stackField(unlike), temperatures).flatMap(
  ({ temperature, magnetisation }) =>
    [0, 1].map((film) => ({
      T: temperature / critical,
      m: magnetisation[film]!,
      film: `film ${film + 1}`,
    })),
);
const { value: trueCritical } = await orderingTemperature(unlike, {
  method: "monteCarlo",
  sizes: [8, 16, 32],
  tolerance: quick ? 0.02 : 5e-3,
  measurements: 1000,
});
const simulated: { T: number; m: number; error: number; film: string }[] = [];
for (let x = 0.15; x < 1.21; x += quick ? 0.2 : 0.05) {
  const { films } = await simulateStack(unlike, {
    temperature: x * trueCritical,
    size: quick ? 16 : 48,
    measurements: quick ? 300 : 1000,
  });
  films.forEach(({ value, error }, film) =>
    simulated.push({ T: x, m: value, error, film: `film ${film + 1}` }),
  );
}

// c, d. The ghost of film 2's own transition.
const two = (a: number, b: number, c: number): ReturnType<typeof molecularField> =>
  molecularField({
    matrix: [
      [a, c],
      [c, b],
    ],
  });
const star = featureBoundary({ field: (c) => two(1, 0.5, c), group: 1, bracket: [0.02, 0.9] });
const ghosts = [0.02, 0.08, star, 0.45].flatMap((c) => {
  const field = two(1, 0.5, c);
  const { temperature } = meanFieldTransition(field);
  return Array.from({ length: 300 }, (_, i) => {
    const T = temperature * (0.05 + (0.948 * i) / 299);
    return {
      T,
      slope: -meanFieldState(field, T).slope[1]!,
      c: c === star ? `${c.toFixed(3)} = c*` : String(c),
    };
  });
});
const boundary = Array.from(
  { length: quick ? 6 : 17 },
  (_, i) => 0.12 + (0.8 * i) / (quick ? 5 : 16),
).map((ratio) => ({
  ratio,
  c:
    featureBoundary({ field: (c) => two(1, ratio, c), group: 1, bracket: [0.004, 1] }) /
    (1 - ratio),
}));
console.log(`c* for b/a = 0.5: ${star.toFixed(4)} a`);

mkdirSync("examples/out", { recursive: true });
writeFileSync(
  "examples/out/bilayer-curie.svg",
  bilayerFigure({
    meanField,
    measured,
    weak,
    onsager,
    curves,
    simulated,
    critical,
    trueCritical,
    ghosts,
    star,
    boundary,
  }),
);
console.log("wrote examples/out/bilayer-curie.svg");

/** How stacks of magnetic films order, and at which temperature. */
import type { Domain } from "../domain.ts";
import {
  frustratedExample,
  spacerExample,
  magnetsExample,
  parseMagnetsProblem,
  type MagnetsProblem,
} from "./problem/problem.ts";
import { runMagnetsProblem, type MagnetsResult } from "./problem/run.ts";
import { magnetsSections, magnetsSummary } from "./report/report.ts";

/** The domain `magnets`. */
export const magnetsDomain: Domain<MagnetsProblem, MagnetsResult> = {
  name: "magnets",
  description:
    "layered magnets: order, ordering temperature with an error bar, m(T), phase diagrams",
  usage: "[problem.json]",
  files: "problem file",
  pictures: "m(T), heat capacity, ordering temperature over a parameter, map of orders",
  lead: "Layered magnets: how the films order, and at which temperature.",
  examples: { bilayer: magnetsExample, spacer: spacerExample, frustrated: frustratedExample },
  parse: parseMagnetsProblem,
  run: runMagnetsProblem,
  summarise: magnetsSummary,
  sections: magnetsSections,
  monteCarlo: true,
  help: `
A problem holds a stack of films and, if wanted, what to measure:

  "stack"       layers (films and spacers) and couplings; J > 0 is ferromagnetic, each bond counts once
  "monteCarlo"  the ordering temperature with an error bar: sizes, tolerance, seed
  "simulate"    m(T) of each film, at multiples of that temperature
  "sweep"       temperature and order over one number of the stack: path, values
  "map"         the same over two

Without "monteCarlo" everything is mean field and takes a second.

Examples:
  couplet systems magnets --example > bilayer.json
  couplet systems magnets bilayer.json --html bilayer.html
  couplet systems magnets bilayer.json --set stack.couplings[0].exchange=-0.3
  couplet systems magnets bilayer.json --set monteCarlo.tolerance=0.001 --json | jq .monteCarlo`,
};

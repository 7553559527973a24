/** Oscillators that pull each other: when they fall into step. */
import type { Domain } from "../domain.ts";
import {
  firefliesExample,
  parseOscillatorsProblem,
  pendulumsExample,
  type OscillatorsProblem,
} from "./problem/problem.ts";
import { runOscillatorsProblem, type OscillatorsResult } from "./problem/run.ts";
import { oscillatorsSections, oscillatorsSummary } from "./report.ts";

/** The domain `oscillators`. */
export const oscillatorsDomain: Domain<OscillatorsProblem, OscillatorsResult> = {
  name: "oscillators",
  description: "coupled oscillators in layers: order over coupling, onset, locking",
  usage: "[problem.json]",
  files: "problem file",
  pictures: "order and frequencies over coupling, order over time",
  lead: "Oscillators that pull each other: when do they fall into step?",
  examples: { pendulums: pendulumsExample, fireflies: firefliesExample },
  parse: parseOscillatorsProblem,
  run: runOscillatorsProblem,
  summarise: oscillatorsSummary,
  sections: oscillatorsSections,
  options: [{ flags: "--until <time>", description: "how long each run takes", value: "number" }],
  change: (problem, { until }) => ({ ...problem, ...(until === undefined ? {} : { until }) }),
  help: `
A problem has "layers" of oscillators with natural frequencies, a list or the quantiles of a law, couplings within layers
("complete", or "links") and "between" them. "sweep" multiplies all couplings by a factor.

Examples:
  couplet systems oscillators --example > clocks.json
  couplet systems oscillators clocks.json --html clocks.html
  couplet systems oscillators --example fireflies | couplet systems oscillators -
  couplet systems oscillators clocks.json --set between[0].strength=0.3 --json | jq .locking`,
};

/** Z2 indices, slab bands and surface states of a crystal. */
import { CoupletError } from "couplet/kit";
import type { Domain } from "../domain.ts";
import {
  glueExample,
  strongExample,
  topologyExample,
  parseTopologyProblem,
  type TopologyProblem,
} from "./problem/problem.ts";
import { runTopologyProblem, type TopologyResult } from "./problem/run.ts";
import { topologySections, topologySummary } from "./report.ts";

/** The domain `topology`. */
export const topologyDomain: Domain<TopologyProblem, TopologyResult> = {
  name: "topology",
  description: "topological crystals: Z2 indices by two methods, slab bands, surface density",
  usage: "[problem.json | seedname_hr.dat]",
  files: "problem file, Wannier90 `_hr.dat`",
  pictures: "phases over a parameter, slab bands, surface density, bulk bands",
  lead: "A crystal's topology: indices, slabs and surface states.",
  examples: { stack: topologyExample, strong: strongExample, glue: glueExample },
  parse: parseTopologyProblem,
  run: runTopologyProblem,
  summarise: topologySummary,
  sections: topologySections,
  options: [
    {
      flags: "--occupied <n>",
      description: "number of occupied bands (needed with _hr.dat)",
      value: "integer",
    },
    { flags: "--slab <axis:cells...>", description: "slabs to cut, e.g. z:10 x:16" },
  ],
  fromFiles: (files, { occupied }) => {
    if (files.length !== 1) return undefined;
    if (occupied === undefined) {
      throw new CoupletError({
        code: "USAGE",
        where: "couplet systems topology",
        expected: "--occupied with the number of occupied bands",
        received: "none",
        hint: "A _hr.dat file does not say how many of its bands are filled.",
      });
    }
    return { model: { kind: "wannier90", file: files[0] } };
  },
  change: (problem, { occupied, slab }) => ({
    ...problem,
    ...(occupied === undefined ? {} : { occupied }),
    ...(slab === undefined ? {} : { slabs: (slab as string[]).map(slabOf) }),
  }),
  help: `
A problem names a model (a preset, its hoppings, or a Wannier90 file) and the number of occupied bands. The
Z2 indices come from Wilson loops, and from parities where "inversion" is given; broken time reversal is an error,
never a 0, and a closed gap is "gapless". "sweep" and "map" give the phase over numbers of the model.

Examples:
  couplet systems topology --example > stack.json
  couplet systems topology stack.json --html stack.html
  couplet systems topology bi2se3_hr.dat --occupied 18 --slab z:8
  couplet systems topology stack.json --set model.mass=-1 --json | jq .z2.label`,
};

function slabOf(text: string): { axis: string; cells: number } {
  const match = /^([xyz])(?::(\d+))?$/.exec(text);
  if (match === null) {
    throw new CoupletError({
      code: "USAGE",
      where: "--slab",
      expected: "axis:cells, like z:10",
      received: `"${text}"`,
    });
  }
  return { axis: match[1]!, cells: Number(match[2] ?? 10) };
}

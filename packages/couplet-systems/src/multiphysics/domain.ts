/** Solvers that need each other's results. */
import type { Domain } from "../domain.ts";
import { bladeExample, multiphysicsExample, tubeExample } from "./problem/example.ts";
import { parseMultiphysicsProblem, type MultiphysicsProblem } from "./problem/problem.ts";
import { runMultiphysicsProblem, type MultiphysicsResult } from "./problem/run.ts";
import { multiphysicsSections, multiphysicsSummary } from "./report/report.ts";

/** The domain `multiphysics`. */
export const multiphysicsDomain: Domain<MultiphysicsProblem, MultiphysicsResult> = {
  name: "multiphysics",
  description: "partitioned multiphysics: heat, deformation and flow in one loop",
  usage: "[problem.json]",
  files: "problem file",
  pictures: "fields on the deformed bodies, residuals over sweeps, sweeps over time windows",
  lead: "Partitioned multiphysics: solvers that need each other's results, repeated until they agree.",
  examples: { plates: multiphysicsExample, blade: bladeExample, tube: tubeExample },
  parse: parseMultiphysicsProblem,
  run: runMultiphysicsProblem,
  summarise: multiphysicsSummary,
  sections: multiphysicsSections,
  help: `
A problem is one of three kinds:

  {"kind": "bodies", "bodies": [...], "exchanges": [...]}    your own bodies of heat conduction and elasticity
  {"kind": "turbineBlade"}                                   a cooled blade: heat, deformation, cooling
  {"kind": "elasticTube", "cells": 40, "elasticity": 1e4,
   "windows": {"size": 0.01, "count": 12}}                   flow in an elastic tube

"compare" solves it again with other accelerations and draws their convergence side by side.

Examples:
  couplet systems multiphysics --example > plates.json
  couplet systems multiphysics plates.json --html plates.html
  echo '{"kind": "turbineBlade", "compare": ["none", "aitken"]}' | couplet systems multiphysics - --html blade.html
  couplet systems multiphysics plates.json --set acceleration=aitken --set tolerance=1e-10`,
};

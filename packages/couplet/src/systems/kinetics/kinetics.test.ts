import { describe, expect, it } from "vitest";
import { integrate } from "./integrate.ts";
import { reactionNetwork } from "./network.ts";

describe("dbg", () => {
  it("robertson", () => {
    const m = reactionNetwork({ species: { A: 1, B: 0, C: 0 }, reactions: {
      r1: { equation: "A -> B", rate: "0.04*A" }, r2: { equation: "2 B -> B + C", rate: "3e7*B*B" }, r3: { equation: "B + C -> A + C", rate: "1e4*B*C" } } });
    console.log(m.moieties, m.stoichiometry);
    const t0 = performance.now();
    const tr = integrate(m, { until: 1e11 , relativeTolerance: 1e-8, absoluteTolerance: 1e-14});
    console.log(tr.at(40), tr.end, tr.steps, tr.rejected, tr.jacobians, tr.factorisations, tr.evaluations, performance.now() - t0);
  });
});

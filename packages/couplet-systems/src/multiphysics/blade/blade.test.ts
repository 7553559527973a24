import { describe, expect, it } from "vitest";
import { aitken, noAcceleration } from "couplet/kit";
import { bladeSection } from "./section.ts";
import { turbineBlade } from "./blade.ts";
import { boundaryEdges } from "../element/mesh.ts";
import { overEdges, overVolume } from "../element/integrate.ts";

const section = { refinement: 2 };

describe("blade section", () => {
  it("has a closed outline, three passages and the area that its boundary encloses", () => {
    for (const kind of ["triangle3", "triangle6"] as const) {
      const mesh = bladeSection({ refinement: 2, kind });
      expect(Object.keys(mesh.boundaries).sort()).toEqual([
        "passage1",
        "passage2",
        "passage3",
        "pressure",
        "suction",
        "trailing",
      ]);
      let area = 0;
      overVolume(mesh, ({ measure }) => (area += measure));
      let flux = 0;
      for (const name of Object.keys(mesh.boundaries)) {
        let around = [0, 0];
        overEdges(mesh, boundaryEdges(mesh, name), ({ measure, normal, x, y }) => {
          flux += (measure * (x * normal[0] + y * normal[1])) / 2;
          around = [around[0]! + measure * normal[0], around[1]! + measure * normal[1]];
        });
        // A closed curve has no net normal; the outline is closed by three boundaries together.
        if (name.startsWith("passage")) expect(Math.hypot(...around)).toBeLessThan(1e-15);
      }
      expect(flux / area).toBeCloseTo(1, 9);
    }
  });
});

describe("turbine blade", () => {
  it("converges to one state with every acceleration, and the heat balances", async () => {
    const newton = await turbineBlade({ section });
    expect(newton.status).toBe("converged");
    const gained =
      newton.heat.heatIn.suction! + newton.heat.heatIn.pressure! + newton.heat.heatIn.trailing!;
    expect(gained / newton.cooling).toBeCloseTo(1, 8); // direct solver: rounding times 1e3
    for (const acceleration of [noAcceleration(), aitken()]) {
      const other = await turbineBlade({ section, acceleration });
      expect(other.status).toBe("converged");
      // Relative residual 1e-8 of 1000 K over 1 - 0.75: 1e-4 K.
      expect(other.hottest).toBeCloseTo(newton.hottest, 2);
      if (acceleration.kind === "none")
        expect(newton.windows[0]!.evaluations).toBeLessThan(other.windows[0]!.evaluations);
    }
  });

  it("feedback makes it hotter: gaps open, less heat goes to the coolant", async () => {
    const [coupled, alone] = [
      await turbineBlade({ section }),
      await turbineBlade({ section, feedback: false }),
    ];
    expect(alone.status).toBe("explicit");
    expect(coupled.hottest - alone.hottest).toBeGreaterThan(20);
    expect(coupled.cooling / alone.cooling).toBeLessThan(0.9);
    // Nothing is hotter than the gas or colder than the coolant.
    expect(coupled.hottest).toBeLessThan(1600);
    expect(Math.min(...coupled.heat.temperature)).toBeGreaterThan(850);
  });

  it("says so when the iterations do not suffice", async () => {
    const result = await turbineBlade({
      section: { refinement: 1 },
      settings: { maxIterations: 3 },
    });
    expect(result.status).toBe("notConverged");
    expect(result.windows[0]!.history).toHaveLength(3);
  });
});

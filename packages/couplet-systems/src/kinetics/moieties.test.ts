import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { removeMoieties } from "./conserved.ts";
import { conservedMoieties } from "./moieties.ts";
import { reactionNetwork } from "./network.ts";
import { fromNumber, toNumber } from "./rational.ts";

describe("conservedMoieties", () => {
  it("finds enzyme and substrate totals of Michaelis and Menten's mechanism", () => {
    const model = reactionNetwork({
      species: { S: 10, E: 1, ES: 0, P: 0 },
      parameters: { k1: 1, k2: 1, k3: 1 },
      reactions: {
        bind: { equation: "S + E -> ES", rate: "k1*S*E" },
        release: { equation: "ES -> S + E", rate: "k2*ES" },
        turn: { equation: "ES -> E + P", rate: "k3*ES" },
      },
    });
    expect(model.moieties.map((m) => m.label).sort()).toEqual(["E + ES", "S + ES + P"]);
  });

  it("keeps weights: a dimer counts twice, an ATP cycle is a pool", () => {
    expect(conservedMoieties(["A", "A2"], [[-2, 1]]).map((m) => m.label)).toEqual(["A + 2 A2"]);
    const columns = [
      [-1, 1, 0],
      [0, -1, 1],
      [-1, 2, -1],
    ];
    expect(conservedMoieties(["ATP", "ADP", "AMP"], columns).map((m) => m.label)).toEqual([
      "ATP + ADP + AMP",
    ]);
  });

  it("reads thirds as thirds and finds nothing in an open system", () => {
    expect(conservedMoieties(["A", "B"], [[-1, 1 / 3]]).map((m) => m.label)).toEqual(["A + 3 B"]);
    expect(
      conservedMoieties(
        ["A", "B"],
        [
          [1, 0],
          [-1, 1],
          [0, -1],
        ],
      ),
    ).toEqual([]);
  });

  it("finds a difference where no sum is conserved", () => {
    // A and B are always made together: only A - B stays
    expect(conservedMoieties(["A", "B"], [[1, 1]]).map((m) => m.label)).toHaveLength(1);
    const [m] = conservedMoieties(["A", "B"], [[1, 1]]);
    expect(m!.weights["A"]).toBe(-m!.weights["B"]!);
  });

  it("is a basis of the left null space of any matrix", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.integer({ min: -2, max: 2 })),
        (n, r, stream) => {
          const columns = Array.from({ length: r }, () =>
            Array.from({ length: n }, () => stream.next().value as number),
          );
          const names = Array.from({ length: n }, (_, i) => `s${i}`);
          const moieties = conservedMoieties(names, columns);
          for (const m of moieties)
            for (const column of columns)
              expect(column.reduce((s, c, i) => s + c * (m.weights[names[i]!] ?? 0), 0)).toBe(0);
          expect(moieties.length).toBe(n - numericRank(columns));
        },
      ),
      { seed: 7, numRuns: 200 },
    );
  });

  it("finds the totals of a receptor with seven sites, and of what its sites bind: 142 species, 896 reactions", () => {
    const states = 2 ** 7;
    const names = Array.from({ length: states }, (_, s) => `R${s}`);
    // Each site has a ligand of its own, free or bound.
    const ligands = Array.from({ length: 7 }, (_, k) => `L${k}`);
    const species = [...names, ...ligands, ...ligands.map((name) => `waste${name}`)];
    const columns: number[][] = [];
    for (let s = 0; s < states; s++)
      for (let k = 0; k < 7; k++) {
        if ((s >> k) & 1) continue;
        const column = Array.from({ length: species.length }, () => 0);
        column[s] = -1;
        column[s | (1 << k)] = 1;
        column[states + k] = -1;
        columns.push(
          column,
          column.map((x) => -x + 0),
        );
      }
    const moieties = conservedMoieties(species, columns);
    // What takes no part is a total of its own.
    expect(moieties).toHaveLength(1 + 7 + 7);
    const labels = moieties.map(({ label }) => label);
    expect(labels).toContain(names.join(" + "));
    for (const [k, ligand] of ligands.entries())
      expect(labels).toContain([...names.filter((_, s) => (s >> k) & 1), ligand].join(" + "));
  });

  it("holds large coefficients exactly, where floating elimination loses them", () => {
    const columns = [
      [3, -1, 0],
      [-3 * 10 ** 8, 10 ** 8, 0],
      [0, 1, -(10 ** 9)],
    ];
    expect(conservedMoieties(["A", "B", "C"], columns).map((m) => m.label)).toEqual([
      "1000000000 A + 3000000000 B + 3 C",
    ]);
  });
});

describe("fromNumber", () => {
  it.each([0.5, 1 / 3, -2.25, 1e-7, 12345.678, 0.1])("%d", (x) => {
    expect(toNumber(fromNumber(x))).toBeCloseTo(x, 15);
  });
});

describe("removeMoieties", () => {
  const model = reactionNetwork({
    species: { A: 3, B: 0.5, C: 0 },
    parameters: { k: 2 },
    reactions: {
      r1: { equation: "A -> B", rate: "k*A" },
      r2: { equation: "2 B -> C", rate: "B^2" },
    },
  });
  it("computes the largest species from the others and keeps the totals", () => {
    const reduced = removeMoieties(model);
    expect(reduced.dependent).toEqual(["A"]);
    expect(Array.from(reduced.totals)).toEqual([3.5]);
    expect(Array.from(reduced.expand(Float64Array.of(1, 0.25)))).toEqual([2, 1, 0.25]);
  });
  it("has the Jacobian of its own right-hand side", () => {
    const reduced = removeMoieties(model);
    const n = reduced.states.length;
    const j = new Float64Array(n * n);
    const y = Float64Array.of(0.7, 0.4);
    reduced.jacobian(0, y, j);
    for (let c = 0; c < n; c++) {
      const [up, down] = [new Float64Array(n), new Float64Array(n)];
      reduced.rhs(
        0,
        y.map((v, i) => (i === c ? v + 1e-6 : v)),
        up,
      );
      reduced.rhs(
        0,
        y.map((v, i) => (i === c ? v - 1e-6 : v)),
        down,
      );
      // quadratic rates: the central difference is exact up to rounding 1e-16 / 1e-6
      for (let i = 0; i < n; i++) expect((up[i]! - down[i]!) / 2e-6).toBeCloseTo(j[i * n + c]!, 8);
    }
  });
});

function numericRank(columns: readonly (readonly number[])[]): number {
  const a = columns.map((c) => [...c]);
  let rank = 0;
  for (let j = 0; j < a[0]!.length; j++) {
    const pivot = a.findIndex((row, i) => i >= rank && Math.abs(row[j]!) > 1e-9);
    if (pivot < 0) continue;
    [a[rank], a[pivot]] = [a[pivot]!, a[rank]!];
    for (let i = 0; i < a.length; i++) {
      if (i === rank) continue;
      const f = a[i]![j]! / a[rank]![j]!;
      for (let k = 0; k < a[i]!.length; k++) a[i]![k]! -= f * a[rank]![k]!;
    }
    rank++;
  }
  return rank;
}

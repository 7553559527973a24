import { describe, expect, it } from "vitest";
import { complexDense, dense } from "../linear-algebra/matrix/matrix.ts";
import { toComplexDense } from "../linear-algebra/matrix/convert.ts";
import { eigenHermitian } from "../linear-algebra/eigen/dense-symmetric.ts";
import { chernNumber } from "./chern.ts";
import { tightBinding } from "./model.ts";
import type { TightBindingModel } from "./model.ts";
import { bhzInversion, bhzStack, kaneMele, spinTimeReversal } from "./preset.ts";
import { slab, surfaceDensity } from "./slab.ts";
import { formatWannier90, readWannier90 } from "./wannier90.ts";
import { z2Indices } from "./z2-indices.ts";

/** One spin block of the BHZ sheet: d = (A sin kx, A sin ky, M - 2B(2 - cos kx - cos ky)). */
function chernInsulator(mass: number): TightBindingModel {
  return tightBinding({
    axes: 2,
    onSite: dense([
      [mass - 4, 0],
      [0, 4 - mass],
    ]),
    hoppings: [
      {
        cell: [1, 0],
        matrix: complexDense([
          [1, [0, -0.5]],
          [[0, -0.5], -1],
        ]),
      },
      {
        cell: [0, 1],
        matrix: complexDense([
          [1, -0.5],
          [0.5, -1],
        ]),
      },
    ],
  });
}

describe("chernNumber", () => {
  it("of a BHZ spin block, with its signs", () => {
    const found = [-1, 0.5, 1, 3, 5, 7, 9].map((mass) =>
      chernNumber({ model: chernInsulator(mass), occupied: 1 }),
    );
    expect(found).toEqual([0, -1, -1, -1, 1, 1, 0]);
  });
  it("turns its sign with the plane, and vanishes with time reversal (two bands at once)", () => {
    expect(chernNumber({ model: chernInsulator(1), occupied: 1, plane: [1, 0] })).toBe(1);
    expect(
      chernNumber({
        model: kaneMele({ hopping: 1, spinOrbit: 0.3, rashba: 0.25, staggered: 1 }),
        occupied: 2,
      }),
    ).toBe(0);
  });
  it("refuses a closed gap and a plane that does not exist", () => {
    expect(() => chernNumber({ model: chernInsulator(4), occupied: 1 })).toThrow(
      /expected a gap above band 1/,
    );
    expect(() => chernNumber({ model: chernInsulator(1), occupied: 1, plane: [0, 2] })).toThrow(
      /two different axes from 0 to 1/,
    );
    expect(() => chernNumber({ model: chernInsulator(1), occupied: 2 })).toThrow(
      /occupied: expected a number of bands from 1 to 1/,
    );
  });
});

describe("z2Indices refuses", () => {
  const p = { inPlane: 1, curvature: 1, mass: 1, stackCurvature: 0.1, stackSpinOrbit: 0.3 };
  const weak = bhzStack(p);
  const withField = (
    direction: TightBindingModel["terms"][number]["matrix"],
  ): TightBindingModel => {
    const onSite = weak.terms.find((t) => t.cell.every((c) => c === 0))!.matrix;
    const sum = {
      ...onSite,
      re: onSite.re.map((v, i) => v + direction.re[i]!),
      im: onSite.im.map((v, i) => v + direction.im[i]!),
    };
    const forward = weak.terms.filter((t) => t.cell.some((c) => c > 0));
    return tightBinding({ axes: 3, onSite: sum, hoppings: forward });
  };
  // A Zeeman field along z, sigma_z on both orbitals.
  const field = complexDense([
    [0.1, 0, 0, 0],
    [0, -0.1, 0, 0],
    [0, 0, 0.1, 0],
    [0, 0, 0, -0.1],
  ]);
  it("broken time reversal, with the operator and without it", () => {
    expect(() =>
      z2Indices({ model: withField(field), occupied: 2, timeReversal: spinTimeReversal(4) }),
    ).toThrow(/time-reversal invariant model/);
    expect(() => z2Indices({ model: withField(field), occupied: 2 })).toThrow(/split by 0\.2/);
  });
  it("a closed gap", () => {
    expect(() => z2Indices({ model: bhzStack({ ...p, mass: 0 }), occupied: 2 })).toThrow(
      /gap of .* at k = \(0\.0000, 0\.0000, 0\.0000\)/,
    );
  });
  it("an odd number of occupied bands, a wrong inversion, a wrong time reversal", () => {
    expect(() => z2Indices({ model: weak, occupied: 1 })).toThrow(
      /an even number of bands from 2 to 3, got 1/,
    );
    expect(() =>
      z2Indices({
        model: weak,
        occupied: 2,
        inversion: dense([
          [1, 0, 0, 0],
          [0, 1, 0, 0],
          [0, 0, 1, 0],
          [0, 0, 0, 1],
        ]),
      }),
    ).toThrow(/inversion: expected a unitary P/);
    expect(() => z2Indices({ model: weak, occupied: 2, timeReversal: bhzInversion })).toThrow(
      /spin 1\/2/,
    );
    expect(spinTimeReversal(4, "blocks").values[2]).toBe(1);
  });
});

describe("tightBinding", () => {
  it("refuses what is not Hermitian or stays in its cell", () => {
    expect(() =>
      tightBinding({
        axes: 1,
        onSite: dense([
          [0, 1],
          [0, 0],
        ]),
        hoppings: [],
      }),
    ).toThrow(/cell \(0\)/);
    expect(() =>
      tightBinding({
        axes: 1,
        onSite: dense([[0]]),
        hoppings: [{ cell: [0], matrix: dense([[1]]) }],
      }),
    ).toThrow(/Put it into onSite/);
    expect(() =>
      tightBinding({
        axes: 2,
        onSite: dense([[0]]),
        hoppings: [{ cell: [1], matrix: dense([[1]]) }],
      }),
    ).toThrow(/a cell of 2 integers, got \[1\]/);
  });
});

describe("slab", () => {
  // Hopping two cells far: the layers of the supra operator are then two cells thick.
  const far = tightBinding({
    axes: 2,
    onSite: dense([[0.3]]),
    hoppings: [
      { cell: [1, 0], matrix: dense([[1]]) },
      { cell: [2, 1], matrix: complexDense([[[0.2, 0.4]]]) },
      { cell: [0, 1], matrix: dense([[0.5]]) },
    ],
  });
  it("groups cells so that only neighbours are joined, an odd thickness included", () => {
    const s = slab({ model: far, axis: 0, cells: 5 });
    expect(s.cellsPerLayer).toBe(2);
    const h = toComplexDense(s.hamiltonian([0.4]));
    const expected = (i: number, j: number): [number, number] => {
      if (i === j) return [0.3 + Math.cos(0.4), 0];
      if (Math.abs(i - j) === 1) return [1, 0];
      if (Math.abs(i - j) !== 2) return [0, 0];
      const [c, si] = [Math.cos(0.4), Math.sin(0.4)];
      const [re, im] = [0.2 * c - 0.4 * si, 0.4 * c + 0.2 * si];
      return [re, j > i ? im : -im];
    };
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 5; j++) {
        const [re, im] = expected(i, j);
        expect(h.re[i * 5 + j]).toBeCloseTo(re, 14);
        expect(h.im[i * 5 + j]).toBeCloseTo(im, 14);
      }
    }
  });
  it("a cut along the other axis of the same crystal has the transposed dispersion", () => {
    const [a, b] = [
      slab({ model: chernInsulator(1), axis: 0, cells: 8 }),
      slab({ model: chernInsulator(1), axis: 1, cells: 8 }),
    ];
    a.bands([0.7]).forEach((v, i) => expect(v).toBeCloseTo(b.bands([0.7])[i]!, 12));
  });
  it("edge states: inside the gap at the surface, absent in the bulk", () => {
    const { surface, opposite, bulk } = surfaceDensity({
      model: chernInsulator(1),
      axis: 0,
      k: [0],
      energy: 0,
      eta: 0.01,
    });
    expect(surface).toBeGreaterThan(10);
    expect(opposite).toBeGreaterThan(10);
    expect(bulk).toBeLessThan(0.1);
  });
  it("refuses an axis or a number of bands that does not exist", () => {
    expect(() => slab({ model: far, axis: 2, cells: 4 })).toThrow(/axis from 0 to 1, got 2/);
    expect(() => slab({ model: far, axis: 0, cells: 0 })).toThrow(
      /cells: expected an integer >= 1/,
    );
    expect(() => slab({ model: far, axis: 0, cells: 5 }).gap([0.1])).toThrow(
      /filled: expected a number of bands from 1 to 4, got 2\.5/,
    );
  });
});

describe("Wannier90 _hr.dat", () => {
  const model = kaneMele({ hopping: 1, spinOrbit: 0.3, rashba: 0.25, staggered: 1 });
  const text = formatWannier90(model);
  it("reads back what it writes", () => {
    const back = readWannier90(text, { axes: 2 });
    expect(back.axes).toBe(2);
    eigenHermitian(back.hamiltonian([0.3, 1.1])).values.forEach((v, i) =>
      expect(v).toBeCloseTo(eigenHermitian(model.hamiltonian([0.3, 1.1])).values[i]!, 10),
    );
    expect(z2Indices({ model: back, occupied: 2 }).label).toBe("1");
    expect(readWannier90(text).axes).toBe(3);
  });
  const chain = [
    "written by hand",
    "1",
    "3",
    "    2    1    2",
    "   -1    0    0    1    1    0.500000    0.250000",
    "    0    0    0    1    1    1.500000    0.000000",
    "    1    0    0    1    1    0.500000   -0.250000",
  ];
  it("divides by the degeneracies", () => {
    const m = readWannier90(chain.join("\n"));
    // 1.5 + 2 Re((0.25 - 0.125 i) e^{ik})
    expect(m.hamiltonian([0.4, 0, 0]).re[0]).toBeCloseTo(
      1.5 + 2 * (0.25 * Math.cos(0.4) + 0.125 * Math.sin(0.4)),
      12,
    );
    expect(m.hamiltonian([0.4, 0, 0]).im[0]).toBeCloseTo(0, 14);
  });
  const broken: readonly (readonly [string, (lines: string[]) => void, RegExp])[] = [
    [
      "a word for a number",
      (l) => (l[4] = l[4]!.replace("0.500000", "half")),
      /hr\.dat:5: expected seven numbers/,
    ],
    [
      "a missing line",
      (l) => l.pop(),
      /hr\.dat:7: expected entry 1 of 1 of cell 3 of 3, got the end of the file/,
    ],
    [
      "no number of orbitals",
      (l) => (l[1] = "many"),
      /hr\.dat:2: expected the number of Wannier functions/,
    ],
    [
      "too many degeneracies",
      (l) => (l[3] += "    1"),
      /hr\.dat:4: expected 3 degeneracies, got 4/,
    ],
    [
      "an orbital out of range",
      (l) => (l[5] = l[5]!.replace("1    1", "1    2")),
      /hr\.dat:6: expected orbitals from 1 to 1, got 1 2/,
    ],
    [
      "no opposite cell",
      (l) => (l[6] = l[6]!.replace("    1    0    0", "    2    0    0")),
      /hr\.dat:5: expected a cell \(1, 0, 0\) too/,
    ],
    [
      "not Hermitian",
      (l) => (l[6] = l[6]!.replace("-0.25", " 0.25")),
      /hr\.dat:5: expected a Hermitian model/,
    ],
    ["a cell twice", (l) => (l[6] = l[4]!), /hr\.dat:7: expected each cell once/],
    [
      "text after the end",
      (l) => l.push("0 0 0 1 1 0 0"),
      /hr\.dat:8: expected the end of the file/,
    ],
  ];
  for (const [name, change, message] of broken) {
    it(`names the line of ${name}`, () => {
      const lines = chain.slice();
      change(lines);
      expect(() => readWannier90(lines.join("\n"), { file: "hr.dat" })).toThrow(message);
    });
  }
  it("refuses a third axis where two are asked for", () => {
    const lines = chain.slice();
    lines[4] = lines[4]!.replace("   -1    0    0", "    0    0   -1");
    expect(() => readWannier90(lines.join("\n"), { axes: 2 })).toThrow(
      /_hr\.dat:5: expected R3 = 0/,
    );
  });
});

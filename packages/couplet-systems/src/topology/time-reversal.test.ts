import { philoxUniform } from "couplet/kit";
import { describe, expect, it } from "vitest";
import { randomCrystal, type RandomCrystal } from "../../test/random-crystal.ts";
import { largestEntry, combine } from "../linear-algebra/matrix/algebra.ts";
import { fixAxis } from "./fixed-axis.ts";
import { modelFromTerms, type TightBindingModel } from "./model.ts";
import { directGap } from "./occupied.ts";
import { bhzInversion, bhzStack, spinTimeReversal } from "./preset.ts";
import { runTopologyProblem } from "./problem/run.ts";
import { symmetriseTimeReversal } from "./time-reversal.ts";
import { formatWannier90, readWannier90 } from "./wannier90.ts";
import { z2Indices, type Z2Progress } from "./z2-indices.ts";

const weak = { inPlane: 1, curvature: 1, mass: 1, stackCurvature: 0.1, stackSpinOrbit: 0.3 };
const strong = { inPlane: 1, curvature: 1, mass: 1, stackCurvature: 0.6, stackSpinOrbit: 0.8 };
const small: Omit<RandomCrystal, "core" | "noise"> = {
  orbitals: 8,
  cells: 33,
  hopping: 0.05,
  decay: 1,
  seed: 4,
};

/** The text of a file as DFT codes leave it: 6 decimals and a comment behind the numbers of its header. */
function asFile(model: TightBindingModel): string {
  const lines = formatWannier90(model).split("\n");
  lines[1] += "  !num_wann";
  lines[2] += "  ! number of Wigner-Seitz points";
  return lines
    .map((line) => line.replace(/(-?\d+\.\d{6})\d{6}/g, (_, digits: string) => digits))
    .join("\n");
}

describe("files that break time reversal a little", () => {
  it.each([
    ["weak", weak, "(0;001)"],
    ["strong", strong, "(1;000)"],
  ])(
    "%s: the indices of the model without noise, with the size of the defect",
    (_, core, label) => {
      const clean = z2Indices({ model: randomCrystal({ ...small, core, noise: 0 }), occupied: 4 });
      expect([clean.label, clean.warnings]).toEqual([label, []]);
      expect(clean.timeReversalDefect.ofGap).toBeLessThan(1e-10);
      const noise = 2e-3;
      const noisy = readWannier90(asFile(randomCrystal({ ...small, core, noise })));
      const timeReversal = spinTimeReversal(8);
      const found = z2Indices({ model: noisy, occupied: 4, timeReversal });
      expect(found.label).toBe(label);
      // 33 entries of this noise add up in each entry of H(k); a pair splits by a few times their root mean square
      const { energy, angle, ofGap } = found.timeReversalDefect;
      expect(energy).toBeGreaterThan(noise);
      expect(energy).toBeLessThan(10 * noise * Math.sqrt(33));
      expect(ofGap).toBeCloseTo(energy / found.gap.gap, 12);
      expect(angle).toBeGreaterThan(1e-3);
      expect(found.warnings).toEqual([
        `time reversal is broken by ${energy.toPrecision(2)} (${(100 * ofGap).toPrecision(2)} % of the gap): the indices are those of the invariant model nearby; symmetriseTimeReversal, or \`symmetrise\` in a problem file, takes the rest away`,
      ]);
      const { model: even, removed } = symmetriseTimeReversal(noisy, timeReversal);
      expect(removed).toBeGreaterThan(noise / 2);
      expect(removed).toBeLessThan(10 * noise);
      const again = z2Indices({ model: even, occupied: 4, timeReversal });
      expect([again.label, again.warnings]).toEqual([label, []]);
    },
  );

  it("noise of single lines, which breaks Hermiticity too: the mean of opposite blocks, with a warning", () => {
    const lines = formatWannier90(randomCrystal({ ...small, core: strong, noise: 0 })).split("\n");
    const first = lines.findIndex((line) => line.trim().split(/\s+/).length === 7);
    const noisy = lines.map((line, i) => {
      if (i < first || line === "") return line;
      const [re, im] = [1, 2].map((k) => 4e-4 * (philoxUniform({ seed: k, row: i }) - 0.5));
      const numbers = line.trim().split(/\s+/);
      return [...numbers.slice(0, 5), Number(numbers[5]) + re!, Number(numbers[6]) + im!].join(" ");
    });
    const model = readWannier90(noisy.join("\n"));
    expect(model.warnings).toEqual([
      expect.stringMatching(/^_hr\.dat: blocks of cells R and -R are adjoint but for \d\.\de-4 eV/),
    ]);
    const found = z2Indices({ model, occupied: 4 });
    expect(found.label).toBe("(1;000)");
    expect(found.warnings[0]).toBe(model.warnings![0]);
    // differences of a hundredth of the largest entry are a fault of the file
    const broken = noisy.with(first, noisy[first]!.replace(/\S+ \S+$/, "0.9 0.9"));
    expect(() => readWannier90(broken.join("\n"))).toThrow("expected a Hermitian model");
  });

  it("asks the occupied bands only: a far empty pair may be split by any field", () => {
    const base = randomCrystal({ ...small, core: weak, noise: 0 });
    // Orbitals 7 and 8 lie 3 above zero.
    const model = modelFromTerms({
      axes: 3,
      size: 8,
      where: "test",
      terms: base.terms.map(({ cell, matrix }) =>
        cell.some((steps) => steps !== 0)
          ? { cell, matrix }
          : {
              cell,
              matrix: {
                ...matrix,
                re: matrix.re.map((v, p) => v + (p === 6 * 9 ? 0.5 : p === 7 * 9 ? -0.5 : 0)),
              },
            },
      ),
    });
    const found = z2Indices({ model, occupied: 4 });
    expect(found.label).toBe("(0;001)");
    expect(found.timeReversalDefect.ofGap).toBeLessThan(0.02);
  });

  it("refuses a defect that is not small against the gap, and says how large it is", () => {
    const model = randomCrystal({ ...small, core: weak, noise: 0.02 });
    expect(() => z2Indices({ model, occupied: 4 })).toThrow(
      /time-reversal invariant model, got .* % of the gap of .*Noise of up to 15 % of the gap is accepted/,
    );
  });

  it("inversion of a file: parities of the symmetric model nearby, with a warning", () => {
    const stack = randomCrystal({ ...small, core: weak, orbitals: 4, hopping: 0, noise: 5e-4 });
    const found = z2Indices({ model: stack, occupied: 2, inversion: bhzInversion });
    expect([found.byParities?.label, found.agree]).toEqual(["(0;001)", true]);
    expect(found.warnings[1]).toMatch(/^inversion is broken by 0\.01\d+ \(1\.\d % of the gap\)/);
  });

  it("a problem file: progress, the defect in the result, and symmetrisation", async () => {
    const text = asFile(randomCrystal({ ...small, core: weak, noise: 2e-3 }));
    const stages = new Map<string, number>();
    const run = (more: object) =>
      runTopologyProblem(
        {
          model: { kind: "wannier90", file: "noisy_hr.dat" },
          occupied: 4,
          slabs: [],
          surface: false,
          points: 4,
          ...more,
        },
        {
          read: () => Promise.resolve(text),
          onProgress: ({ stage, fraction }) => {
            // it only goes forward
            expect(fraction ?? 0).toBeGreaterThanOrEqual(stages.get(stage) ?? 0);
            stages.set(stage, fraction ?? 0);
          },
        },
      );
    const plain = await run({});
    expect(plain.z2!.label).toBe("(0;001)");
    expect(plain.z2!.timeReversalDefect.angle).toBeNull();
    expect(plain.warnings[0]).toMatch(/^time reversal is broken by 0\.0/);
    expect(stages.get("gap of the bulk")).toBeGreaterThan(0.9);
    expect(stages.get("Z2 indices")).toBeGreaterThan(0.9);
    stages.clear();
    const even = await run({ timeReversal: "interleaved", symmetrise: true });
    expect(even.z2!.label).toBe("(0;001)");
    expect(even.z2!.timeReversalDefect.ofGap).toBeLessThan(1e-10);
    expect(even.warnings).toEqual([
      expect.stringMatching(
        /^what breaks time reversal was taken out of the model: entries of up to/,
      ),
    ]);
    await expect(run({ symmetrise: true })).rejects.toThrow(
      'problem.symmetrise: expected "timeReversal" beside it',
    );
  });

  it("tells how far it is", () => {
    const seen: Z2Progress[] = [];
    z2Indices({ model: bhzStack(weak), occupied: 2, onProgress: (step) => seen.push(step) });
    for (const stage of ["gap", "planes"]) {
      const fractions = seen.filter((step) => step.stage === stage).map((step) => step.fraction);
      expect(fractions.length).toBeGreaterThan(10);
      expect(fractions.every((f, i) => f <= 1 && f >= (fractions[i - 1] ?? 0))).toBe(true);
    }
  });
});

describe("header lines of _hr.dat", () => {
  const lines = formatWannier90(bhzStack(weak)).split("\n");
  const withLine = (i: number, text: string): string =>
    lines.map((line, at) => (at === i ? text : line)).join("\n");
  it.each(["4 !num_wann", "  4   num_wann", "4\t# orbitals", "4 "])("reads %j", (line) => {
    expect(readWannier90(withLine(1, line)).size).toBe(4);
  });
  it.each(["4 7", "4.5", "-4", "4 -1", "!4", "four", "4x"])("refuses %j", (line) => {
    expect(() => readWannier90(withLine(1, line))).toThrow(
      "_hr.dat:2: expected the number of Wannier functions, an integer >= 1",
    );
  });
  it("reads degeneracies with a comment behind them", () => {
    expect(readWannier90(withLine(3, `${lines[3]} ! degeneracies`)).terms.length).toBe(
      bhzStack(weak).terms.length,
    );
  });
});

describe("fixAxis", () => {
  const model = randomCrystal({ ...small, core: strong, noise: 1e-3 });
  it("is the model at that wave number, and has fewer cells", () => {
    const k = [0.3, -1.2, 2.2];
    const line = fixAxis(fixAxis(model, 2, k[2]!), 0, k[0]!);
    expect(line.terms.length).toBeLessThan(8);
    const difference = combine(1, line.hamiltonian([9, k[1]!, 9]), -1, model.hamiltonian(k));
    // sums of 33 numbers of at most 4, in another order
    expect(largestEntry(difference)).toBeLessThan(1e-13);
  });
  it("leaves the gap search what a search over whole sums finds", () => {
    const { gap, k } = directGap(model, 4);
    const here = directGap(fixAxis(model, 2, k[2]!), 4);
    expect(here.gap).toBeCloseTo(gap, 9);
  });
});

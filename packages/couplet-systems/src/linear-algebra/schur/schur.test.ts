import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { multiply } from "../matrix/algebra.ts";
import { stack } from "../matrix/builders.ts";
import { toComplexDense, toDense } from "../matrix/convert.ts";
import { complexDense, dense } from "../matrix/matrix.ts";
import { matvec } from "../matrix/product.ts";
import { supra } from "../../supra/supra.ts";
import { eigenHermitian } from "../eigen/dense-symmetric.ts";
import { blockThomas } from "./block-thomas.ts";
import { kronReduction, schurComplement } from "./complement.ts";
import { densityOfStates, surfaceGreen } from "./decimation.ts";
import { inverse } from "./lu.ts";

const onSite = complexDense([
  [0.4, [0.3, 0.2], 0],
  [[0.3, -0.2], -0.7, [0, 0.1]],
  [0, [0, -0.1], 0.2],
]);
const hopping = complexDense([
  [[0.5, 0.1], 0.2, 0],
  [0, -0.4, 0.3],
  [[0, 0.2], 0, 0.6],
]);

describe("schurComplement", () => {
  it("is the inverse of a block of the inverse", () => {
    const a = stack({ onSite, hopping, count: 4 });
    const s = schurComplement({ operator: a, keep: ["1", "3"] });
    const inv = inverse(toComplexDense(a));
    const rows = [3, 4, 5, 9, 10, 11];
    const block = complexDense(
      rows.map((i) => rows.map((j) => [inv.re[i * 12 + j]!, inv.im[i * 12 + j]!] as const)),
    );
    const product = multiply(s, block);
    product.re.forEach((v, p) => expect(v).toBeCloseTo(Math.floor(p / 6) === p % 6 ? 1 : 0, 11));
    product.im.forEach((v) => expect(v).toBeCloseTo(0, 11));
  });
  it("with a complex shift, S(z) - z inverts to the resolvent's block", () => {
    const a = dense([
      [2, 1, 0],
      [1, 3, 1],
      [0, 1, 4],
    ]);
    const z = { re: 0.5, im: 0.25 };
    const s = toComplexDense(schurComplement({ operator: a, keep: [0], shift: z }));
    const resolvent = inverse(
      complexDense([
        [[1.5, -0.25], 1, 0],
        [1, [2.5, -0.25], 1],
        [0, 1, [3.5, -0.25]],
      ]),
    );
    const [x, y] = [s.re[0]! - z.re, s.im[0]! - z.im];
    expect(x / (x * x + y * y)).toBeCloseTo(resolvent.re[0]!, 14);
    expect(-y / (x * x + y * y)).toBeCloseTo(resolvent.im[0]!, 14);
  });
  it("says when the eliminated block is singular or an index is wrong", () => {
    const a = dense([
      [1, 0, 0],
      [0, 1, -1],
      [0, -1, 1],
    ]);
    expect(() => schurComplement({ operator: a, keep: [0] })).toThrow(
      /eliminated block: expected a regular matrix/,
    );
    expect(() => schurComplement({ operator: a, keep: [3] })).toThrow(/indices from 0 to 2, got 3/);
    expect(() => schurComplement({ operator: a, keep: [1, 1] })).toThrow(/each index once/);
    expect(() => schurComplement({ operator: a, keep: ["a"] })).toThrow(
      /only a supra operator has layers/,
    );
  });
});

const golden = new URL("golden/kron.json", import.meta.url);
describe("kronReduction", () => {
  it("matches golden/kron.json and keeps the effective resistance", () => {
    const kron = JSON.parse(readFileSync(golden, "utf8")) as {
      L: number[][];
      keep: number[];
      reduced: number[][];
    };
    const r = kronReduction(dense(kron.L), kron.keep);
    r.values.forEach((v, p) => expect(v).toBeCloseTo(kron.reduced.flat()[p]!, 12));
    // Grounding node 2 of {0, 2, 5}: R_02 is an entry of the inverse of the rest (SYSTEMS.md 3.5).
    const k = r.values;
    expect(k[8]! / (k[0]! * k[8]! - k[2]! * k[6]!)).toBeCloseTo(0.38277511962, 10);
  });
  it("two resistors in series and in parallel", () => {
    const path = dense([
      [1, -1, 0],
      [-1, 3, -2],
      [0, -2, 2],
    ]);
    expect([...kronReduction(path, [0, 2]).values].map((v) => v * 3)).toEqual(
      [2, -2, -2, 2].map((v) => expect.closeTo(v, 14)),
    );
  });
  it("refuses what is no Laplacian", () => {
    expect(() =>
      kronReduction(
        dense([
          [1, -2],
          [-1, 1],
        ]),
        [0],
      ),
    ).toThrow(/row sums 0/);
    expect(() =>
      kronReduction(
        dense([
          [-1, 1],
          [1, -1],
        ]),
        [0],
      ),
    ).toThrow(/off-diagonal/);
  });
});

describe("blockThomas", () => {
  const a = stack({ onSite, hopping, count: 7 });
  it("solves shifted stacks, real and complex shifts", () => {
    const b = Float64Array.from({ length: 42 }, (_, i) => Math.sin(i));
    for (const shift of [0.123, { re: 0.1, im: 0.05 }]) {
      const x = blockThomas(a, shift).solve(b);
      const { re, im } = typeof shift === "number" ? { re: shift, im: 0 } : shift;
      matvec(a, x).forEach((v, i) => {
        const shifted = i < 21 ? re * x[i]! - im * x[21 + i]! : re * x[i]! + im * x[i - 21]!;
        expect(v - shifted).toBeCloseTo(b[i]!, 11);
      });
    }
  });
  it("solves a real stack of unequal layers", () => {
    const real = supra({
      layers: [
        { name: "a", size: 1 },
        { name: "b", size: 2 },
      ],
      blocks: {
        a: { a: dense([[2]]), b: dense([[1, 0.5]]) },
        b: {
          a: dense([[1], [0.5]]),
          b: dense([
            [3, 0],
            [0, 4],
          ]),
        },
      },
    });
    const x = blockThomas(real, 1).solve(Float64Array.of(1, 2, 3));
    matvec(real, x).forEach((v, i) => expect(v - x[i]!).toBeCloseTo(i + 1, 13));
  });
  it("counts the eigenvalues below a shift", () => {
    const { values } = eigenHermitian(toComplexDense(a));
    for (const shift of [-2, -0.31, 0, 0.27, 0.9, 2]) {
      expect(blockThomas(a, shift).countBelow()).toBe(values.filter((v) => v < shift).length);
    }
  });
  it("names layers that are not neighbours", () => {
    const one = dense([[1]]);
    const wrong = supra({
      layers: ["a", "b", "c"].map((name) => ({ name, size: 1 })),
      blocks: { a: { a: one, c: one } },
    });
    expect(() => blockThomas(wrong)).toThrow(/neighbours, got a block that joins "a" and "c"/);
  });
});

describe("surfaceGreen", () => {
  it("knows the semi-infinite chain: g = (z - sqrt(z^2 - 4 t^2)) / 2 t^2", () => {
    const { surface, bulk } = surfaceGreen({
      onSite: dense([[0]]),
      hopping: dense([[1]]),
      energy: 0,
      eta: 0.1,
    });
    // z = 0.1i: sqrt(z^2 - 4) = i sqrt(4.01)
    expect(surface.im[0]).toBeCloseTo((0.1 - Math.sqrt(4.01)) / 2, 13);
    expect(bulk.im[0]).toBeCloseTo(-1 / Math.sqrt(4.01), 13);
    expect(densityOfStates(bulk)).toBeCloseTo(1 / Math.sqrt(4.01) / Math.PI, 13);
  });
  it("agrees with a thick finite stack at both ends", () => {
    const { surface, opposite } = surfaceGreen({ onSite, hopping, energy: 0.3, eta: 0.2 });
    // 300 layers, decay length at most band width / eta = 20 layers: the far end is 1e-6 away in amplitude^2.
    const thick = blockThomas(stack({ onSite, hopping, count: 300 }), { re: 0.3, im: 0.2 });
    const unit = new Float64Array(1800);
    unit[0] = -1;
    expect(thick.solve(unit)[0]).toBeCloseTo(surface.re[0]!, 5);
    const last = new Float64Array(1800);
    last[897] = -1;
    expect(thick.solve(last)[897]).toBeCloseTo(opposite.re[0]!, 5);
  });
  it("refuses eta <= 0", () => {
    expect(() => surfaceGreen({ onSite, hopping, energy: 0, eta: 0 })).toThrow(/eta > 0/);
    expect(() =>
      surfaceGreen({ onSite: toDense(dense([[1]])), hopping, energy: 0, eta: 1 }),
    ).toThrow(/hopping: expected 1 x 1, got 3 x 3/);
  });
});

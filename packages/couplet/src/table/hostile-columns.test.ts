import { describe, expect, it } from "vitest";
import { philoxNormal, philoxUniform } from "../random/philox.ts";
import { inferSchema } from "./infer/infer-schema.ts";
import { fitTableCodec } from "./encode/table-codec.ts";
import { table } from "./table.ts";

const hostile: Record<string, (n: () => number, u: () => number) => number> = {
  "log-normal over six decades": (n) => Math.exp(3 * n()),
  "a small spread on a large value": (n) => 1e9 + n(),
  "Cauchy tails": (n) => n() / n(),
  "integers with Cauchy tails": (n) => Math.round(n() / n()),
  "half zeros": (n, u) => (u() < 0.5 ? 0 : n()),
  "mass at both ends of [0, 1]": (_, u) => (u() < 0.3 ? 0 : u() < 0.5 ? 1 : u()),
  "2 % that is not zero, log-normal over ten decades": (n, u) =>
    u() < 0.98 ? 0 : Math.exp(5 * n()),
  "integers up to 1e15": (_, u) => Math.round(1e15 * u()),
  "never positive": (n) => -Math.exp(n()),
  "a point of mass with a narrow neighbour": (n, u) => (u() < 0.5 ? 5 : 5 + 1e-9 * n()),
  "integers in far heaps": (n, u) => Math.round(u() * 3) * 1e6 + Math.round(3 * n()),
  "integers at the end of a double's": (_, u) => Number.MAX_SAFE_INTEGER - Math.floor(100 * u()),
  "a spike at zero and a long reach": (_, u) => 1e5 * u() ** 8,
};

describe.each(Object.entries(hostile))("a column of %s", (_, of) => {
  it.each([6, 25, 100, 1500])(
    "of %d rows encodes to finite, moderate numbers and comes back",
    (rows) => {
      for (const holes of [0, 0.3]) {
        let at = 0;
        const u = (): number => philoxUniform({ seed: 41, row: at++, stream: rows });
        const n = (): number => philoxNormal({ seed: 42, row: at++, stream: rows });
        const x = Float64Array.from({ length: rows }, () => (u() < holes ? NaN : of(n, u)));
        const y = Float64Array.from({ length: rows }, () => n());
        const source = table({ x, y });
        const codec = fitTableCodec(source, inferSchema(source));
        const { z, logCorrection } = codec.encode(source, { seed: 1 });
        expect(logCorrection.every(Number.isFinite)).toBe(true);
        // A standard normal reaches 4 in this many draws; half counts in the tails and small samples stretch that.
        expect(z.every((v) => Math.abs(v) < 9)).toBe(true);
        const back = codec.decode(z).columns.find((c) => c.name === "x");
        if (back === undefined) continue; // taken for a key
        const low = x.reduce((a, b) => (b < a ? b : a), Infinity);
        const high = x.reduce((a, b) => (b > a ? b : a), -Infinity);
        x.forEach((value, i) => {
          const cell = back.values[i] as number;
          expect(Number.isNaN(cell)).toBe(Number.isNaN(value));
          // z holds 16 digits; where the map is flat a digit of z is many of x, but never a visible part of the range.
          if (!Number.isNaN(value))
            expect(Math.abs(cell - value)).toBeLessThanOrEqual(
              1e-9 * Math.max(high - low, Math.abs(value)),
            );
        });
      }
    },
  );
});

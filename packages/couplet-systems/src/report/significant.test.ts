import { expect, it } from "vitest";
import { significant } from "./significant.ts";

it.each([
  [significant(0.0061, 3), "0.0061"],
  [significant(0.00612345), "0.006123"],
  [significant(-3745.14, 5), "−3,745.1"],
  [significant(1234567, 3), "1,234,567"],
  [significant(9.99996), "10"],
  [significant(0.02, 2), "0.02"],
  [significant(1.5e-9, 3), "1.5e−9"],
  [significant(-2e12, 2), "−2e12"],
  [significant(1200), "1,200"],
  [significant(0), "0"],
  [significant(-Infinity), "−∞"],
  [significant(NaN), "–"],
])("%s", (got, expected) => expect(got).toBe(expected));

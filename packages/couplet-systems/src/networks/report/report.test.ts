/** What the words of a result say, in any unit of the weights. */
import { expect, it } from "vitest";
import { runNetworksProblem } from "../problem/run.ts";
import { networksSummary } from "./report.ts";

it.each([1, 1e-15, 1e15])("connectivity is not zero because weights are %d", async (weight) => {
  const ring = ["a", "b", "c", "d"].map(
    (name, i, all) => [name, all[(i + 1) % 4]!, weight] as const,
  );
  const result = await runNetworksProblem({
    layers: [
      { name: "one", edges: ring },
      { name: "two", edges: ring.slice(0, 3) },
      { name: "parts", edges: [ring[0]!, ring[2]!] },
    ],
    coupling: { kind: "categorical", weight },
    spectra: { strengths: [weight, 10 * weight] },
  } as never);
  const { headlines, tables } = networksSummary(result);
  const said = headlines.find(({ label }) => label === "Algebraic connectivity")!;
  // Four digits.
  expect(Number(said.value.replace("−", "-")) / result.measures.algebraicConnectivity!).toBeCloseTo(
    1,
    3,
  );
  expect(Number(said.value.replace("−", "-"))).toBeGreaterThan(0.1 * weight);
  expect(headlines.map(({ note }) => note).join()).not.toContain("no layer alone is connected");
  const [one, two, parts] = tables[0]!.rows.map((cells) =>
    Number(String(cells[3]).replace("−", "-")),
  );
  // A ring of four: 2; a path of four: 2 - sqrt(2); two parts: 0.
  expect(one! / weight).toBeCloseTo(2, 3);
  expect(two! / weight).toBeCloseTo(2 - Math.SQRT2, 3);
  expect(parts).toBe(0);
});

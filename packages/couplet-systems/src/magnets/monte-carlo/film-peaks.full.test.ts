/** Where the susceptibility of each of two films peaks: at two temperatures while they hardly touch, at one once they hold together. */
import { expect, it } from "vitest";
import { ising } from "../spin.ts";
import { magneticStack } from "../stack.ts";
import { simulateStack, type Simulation } from "./simulate.ts";

/** Films of J = 1 and 0.5, 32 x 32, at eight temperatures a step of 0.04 apart. */
async function scan(exchange: number, from: number): Promise<Simulation[]> {
  const stack = magneticStack({
    layers: [
      { name: "strong", spin: ising(), lattice: "square", exchange: 1 },
      { name: "weak", spin: ising(), lattice: "square", exchange: 0.5 },
    ],
    couplings: [{ between: ["strong", "weak"], exchange }],
  });
  const runs: Simulation[] = [];
  for (let i = 0; i < 8; i++)
    runs.push(await simulateStack(stack, { temperature: from + 0.04 * i, size: 32 }));
  return runs;
}

/** The top of the parabola through the largest value and its neighbours. */
function peak(runs: readonly Simulation[], film: number): number {
  const chi = runs.map(({ filmSusceptibility }) => filmSusceptibility[film]!.value);
  const top = chi.indexOf(Math.max(...chi));
  // Inside: a rise to one end is no peak.
  expect(top).toBeGreaterThan(0);
  expect(top).toBeLessThan(chi.length - 1);
  const [left, middle, right] = [chi[top - 1]!, chi[top]!, chi[top + 1]!];
  return runs[top]!.temperature + (0.02 * (left - right)) / (left - 2 * middle + right);
}

/** The Binder ratio falls through 0.6, nine tenths of its value in an ordered film, at this temperature. */
function fall(runs: readonly Simulation[], film: number): number {
  const ratio = runs.map(({ filmBinder }) => filmBinder[film]!.value);
  const next = ratio.findIndex((value) => value < 0.6);
  expect(next).toBeGreaterThan(0);
  const part = (ratio[next - 1]! - 0.6) / (ratio[next - 1]! - ratio[next]!);
  return runs[next - 1]!.temperature + 0.04 * part;
}

it("films that hardly touch: the strong one at 2.33, the weak one at 1.43", async () => {
  const [weak, strong] = [await scan(0.05, 1.29), await scan(0.05, 2.19)];
  // Errors of chi, 2 % at the flat top of the weak film and 1 % at that of the strong one, move the tops by 0.02 and 0.005.
  expect(Math.abs(peak(strong, 0) - 2.33)).toBeLessThan(0.02);
  expect(Math.abs(peak(weak, 1) - 1.43)).toBeLessThan(0.06);
  // Onsager's transition of the strong film alone is at 2.269: its Binder ratio is still 0.61 there on this lattice.
  expect(Math.abs(fall(strong, 0) - 2.28)).toBeLessThan(0.03);
  // Far above its own transition the weak film is a paramagnet in the field of the other.
  for (const { filmBinder } of strong) expect(filmBinder[1]!.value).toBeLessThan(0.3);
});

it("films that hold together: both at 3.18, where the lattice shifts Tc", async () => {
  const runs = await scan(3, 3.06);
  const [strong, weak] = [peak(runs, 0), peak(runs, 1)];
  expect(Math.abs(strong - 3.18)).toBeLessThan(0.02);
  expect(Math.abs(weak - strong)).toBeLessThan(0.005);
  expect(Math.abs(fall(runs, 1) - fall(runs, 0))).toBeLessThan(0.005);
});

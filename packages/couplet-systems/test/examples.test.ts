/** Every example runs to the end, and says what its title says. */
import { domains } from "couplet-systems";
import { expect, it } from "vitest";

/** What makes an example quick where that does not change what it shows; and a line that its text has to hold. */
const quick: Readonly<Record<string, readonly [object, RegExp]>> = {
  plates: [{}, /^Coupling +converged/m],
  blade: [{ compare: [] }, /^Coupling +converged/m],
  tube: [{ windows: { size: 0.01, count: 3 } }, /DIVERGED/],
  bilayer: [
    { monteCarlo: undefined, simulate: undefined },
    /^Order +F [^]*\n +−1 +A [^]*\n +1 +F /m,
  ],
  spacer: [{}, /\n +2 +F [^]*\n +3\.2 +A [^]*\n +6\.8 +F /],
  frustrated: [
    {},
    /Orders over [^]*1\.5 +F +F[^]*−1\.5 +A +A[^]*several orders have this energy; undetermined: stacking/,
  ],
  films: [{ monteCarlo: undefined, simulate: undefined }, /weak still shows one below Tc/],
  "one-mode": [{}, /one field drives all films/],
  stack: [{ points: 20, surface: false }, /weak topological insulator/],
  strong: [{ points: 20, surface: false }, /strong topological insulator/],
  glue: [
    { points: 4, map: undefined },
    /x, y conduct; z insulate[^]*The gap closes at +0\.25 .*weak topological insulator at 0\.15, strong topological insulator at 0\.35/,
  ],
  "power-water": [
    {},
    /3 of the 3 worst[^]*depot - farm +11 +1\n[^]*power centre - east .* 7 +hidden/,
  ],
  "email-chat": [{}, /Superdiffusive +yes[^]*thresholds: all layers 2, email alone 8/],
  pendulums: [{}, /Locked from +factor 0\.5 /],
  fireflies: [{ sweep: { scales: [0.5, 1.5] } }, /Onset from the spectrum +factor 0\.7554 /],
  phosphorylation: [{}, /2 slow variables/],
  // The whole model against its two slow equations: they differ by less than 1e-8 at a separation of 2.65e7.
  milliseconds: [{}, /separation 2\.65e7[^]*e−9/],
};

it.each(
  domains.flatMap((domain) =>
    Object.entries(domain.examples).map(([name, problem]) => [name, domain, problem] as const),
  ),
)("%s", async (name, { solve }, problem) => {
  const [changes, says] = quick[name]!;
  const { result, text } = await solve(
    JSON.parse(JSON.stringify({ ...(problem as object), ...changes })),
    name,
  );
  expect(result.title).toBe((problem as { title: string }).title);
  expect(text()).toMatch(says);
});

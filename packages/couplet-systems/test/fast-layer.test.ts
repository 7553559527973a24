/** A fast layer of a network, and fast unimolecular reactions of a cell: one reduction, the same numbers. */
import { domains } from "couplet-systems";
import { effectiveNetwork, reactionNetwork } from "couplet-systems/kinetics";
import { effectiveLayer, emailChatExample, multilayerNetwork } from "couplet-systems/networks";
import { expect, it } from "vitest";

const people = ["a", "b", "c", "d"];
const email = [
  ["a", "b", 1],
  ["b", "c", 2],
  ["c", "a", 0.5],
] as const;
const chat = [
  ["a", "d", 0.3],
  ["b", "d", 0.7],
] as const;
const coupling = 0.4;
const speed = 1000;

it("a layer's links are reactions X <-> Y: both reductions give the same rates", () => {
  const network = multilayerNetwork({
    layers: [
      { name: "email", nodes: ["a", "b", "c"], edges: email },
      { name: "chat", nodes: people, edges: chat },
    ],
    coupling: { kind: "categorical", weight: coupling },
  });
  const layer = effectiveLayer(network, { fast: "email", speed });
  // State nodes are species, each link a pair of reactions with its weight as the rate constant.
  const species = Object.fromEntries(
    [
      ...["a", "b", "c"].map((name) => `email_${name}`),
      ...people.map((name) => `chat_${name}`),
    ].map((name) => [name, 1]),
  );
  const both = (from: string, to: string, rate: number, fast: boolean, name: string) =>
    [
      [`${name}_forth`, { equation: `${from} -> ${to}`, rate: `${rate}*${from}`, fast }],
      [`${name}_back`, { equation: `${to} -> ${from}`, rate: `${rate}*${to}`, fast }],
    ] as const;
  const model = reactionNetwork({
    species,
    reactions: Object.fromEntries([
      ...email.flatMap(([i, j, w], e) =>
        both(`email_${i}`, `email_${j}`, speed * w, true, `e${e}`),
      ),
      ...chat.flatMap(([i, j, w], e) => both(`chat_${i}`, `chat_${j}`, w, false, `c${e}`)),
      ...["a", "b", "c"].flatMap((i) => both(`email_${i}`, `chat_${i}`, coupling, false, `p_${i}`)),
    ]),
  });
  const cell = effectiveNetwork(model);
  // The cell's slow coordinates are the same sums, in an order of its own.
  const names = layer.clusters.map((list) => list.map((node) => node.join("_")).join(" + "));
  const place = names.map((name) => cell.slow.indexOf(name));
  expect(place).not.toContain(-1);
  const n = names.length;
  for (const order of ["leading", "next", "effective"] as const)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        expect(layer[order].values[i * n + j]).toBeCloseTo(
          cell[order].values[place[i]! * n + place[j]!]!,
          // Rates are about 1; solving with the fast rates of 1000 loses three digits of sixteen.
          10,
        );
  expect(layer.separation.ratio / cell.separation).toBeCloseTo(1, 8);
});

it("the command's rates are right to the order that they claim", async () => {
  const networks = domains.find(({ name }) => name === "networks")!;
  const error = async (factor: number) => {
    const problem = { ...emailChatExample, spectra: false, removal: false, importance: false };
    const { result, text } = await networks.solve(
      { ...problem, fast: { layer: "email", speed: factor } },
      "mail",
    );
    expect(text()).toMatch(/With email in balance +9 clusters/);
    return (result as unknown as { effective: { error: { leading: number; effective: number } } })
      .effective.error;
  };
  const [some, more] = [await error(100), await error(400)];
  const order = (which: "leading" | "effective") =>
    Math.log(some[which] / more[which]) / Math.log(4);
  // O(eps), and O(eps^2) with the next term; eps is 1/100 and 1/400, the next orders are some percent.
  expect(order("leading")).toBeCloseTo(1, 1);
  expect(order("effective")).toBeCloseTo(2, 1);
});

it("a layer that is not faster is refused, and the rest of the result is there", async () => {
  const networks = domains.find(({ name }) => name === "networks")!;
  const { result } = await networks.solve(
    { ...emailChatExample, fast: { layer: "email" } },
    "mail",
  );
  expect(result.converged).toBe(false);
  expect(result.warnings.join()).toMatch(/no effective network: .*separation/);
});

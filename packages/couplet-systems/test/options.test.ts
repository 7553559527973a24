/** What code without types may hand over: unknown names are refused, with the nearest, in every description that is an object. */
import { describe, expect, it } from "vitest";
import {
  complexDenseMatrix,
  csrFromTriplets,
  csrMatrix,
  dense,
  denseMatrix,
  kroneckerSum,
  linearOperator,
  reduceTimescales,
  schurComplement,
  stack,
  supra,
  surfaceGreen,
} from "../src/entry/linear-algebra.ts";
import {
  curieExample,
  ising,
  magneticStack,
  magnetsExample,
  orderingTemperature,
  rkky,
  runCurieProblem,
  runMagnetsProblem,
} from "../src/entry/magnets.ts";
import {
  elasticity,
  elasticTube,
  heatConduction,
  intervalMesh,
  mappedMesh,
  multiphysicsExample,
  pointMesh,
  runMultiphysicsProblem,
  turbineBlade,
} from "../src/entry/multiphysics.ts";
import {
  cascadeModel,
  multilayerNetwork,
  networksExample,
  removalCurve,
  runNetworksProblem,
} from "../src/entry/networks.ts";
import {
  coupledOscillators,
  pendulumsExample,
  runOscillatorsProblem,
} from "../src/entry/oscillators.ts";
import {
  bhzStack,
  kaneMele,
  modelFromTerms,
  runTopologyProblem,
  slab,
  tightBinding,
  topologyExample,
  wannierCentres,
  z2OfPlane,
} from "../src/entry/topology.ts";
import { runKineticsProblem, kineticsExample } from "../src/entry/kinetics.ts";
import { domains } from "../src/entry/systems.ts";

const one = dense([[1]]);
const film = { spin: ising(), lattice: "square", exchange: 1 } as const;
const bar = intervalMesh({ elements: 2 });
const network = multilayerNetwork({
  layers: [{ name: "a", nodes: ["x", "y"], edges: [["x", "y"]] }],
});
const crystal = bhzStack({
  inPlane: 1,
  curvature: 1,
  mass: 1,
  stackCurvature: 0.2,
  stackSpinOrbit: 0.2,
});
const heat = { mesh: bar, conductivity: 1 };
const elastic = { mesh: bar, youngsModulus: 1, temperature: 0 };

/** An argument with one name misspelt, as a caller in JavaScript writes it. */
const slip = (value: object): never => value as never;

const calls: readonly (readonly [where: string, name: string, call: () => unknown])[] = [
  ["supra", "block", () => supra(slip({ layers: [], block: {} }))],
  [
    'supra: block "a" x "a"',
    "scal",
    () =>
      supra(
        slip({ layers: [{ name: "a", size: 1 }], blocks: { a: { a: { block: one, scal: 2 } } } }),
      ),
  ],
  ["kroneckerSum", "betwen", () => kroneckerSum(slip({ layers: [], betwen: one }))],
  [
    "kroneckerSum: layers[0]",
    "scal",
    () => kroneckerSum(slip({ layers: [{ name: "a", operator: one, scal: 2 }], between: one })),
  ],
  ["stack", "phas", () => stack(slip({ onSite: one, hopping: one, count: 3, phas: 1 }))],
  ["csrMatrix", "imags", () => csrMatrix(slip({ rows: 1, cols: 1, imags: [] }))],
  [
    "csrFromTriplets",
    "value",
    () => csrFromTriplets(slip({ rows: 1, cols: 1, row: [0], column: [0], value: [5] })),
  ],
  ["denseMatrix", "value", () => denseMatrix(slip({ rows: 1, cols: 1, value: [1] }))],
  ["complexDenseMatrix", "imm", () => complexDenseMatrix(slip({ rows: 1, cols: 1, imm: [1] }))],
  [
    "linearOperator",
    "adjoin",
    () => linearOperator(slip({ rows: 1, cols: 1, apply: () => {}, adjoin: () => {} })),
  ],
  [
    "reduceTimescales",
    "minimumSeperation",
    () => reduceTimescales(slip({ fast: one, slow: one, epsilon: 1, minimumSeperation: 0 })),
  ],
  ["schurComplement", "shft", () => schurComplement(slip({ operator: one, keep: [0], shft: 1 }))],
  ["surfaceGreen", "energi", () => surfaceGreen(slip({ onSite: one, hopping: one, energi: 1 }))],
  ["stack", "unit", () => magneticStack(slip({ layers: [film], unit: "meV" }))],
  [
    "stack.layers[0]",
    "planeExchang",
    () => magneticStack(slip({ layers: [{ ...film, planes: 2, planeExchang: 0.1 }] })),
  ],
  [
    "stack.layers[0].spin",
    "spn",
    () => magneticStack(slip({ layers: [{ ...film, spin: { kind: "quantum", spn: 2 } }] })),
  ],
  [
    "stack.layers[1]",
    "thicknes",
    () => magneticStack(slip({ layers: [film, { kind: "spacer", thicknes: 2 }, film] })),
  ],
  [
    "stack.layers[1].coupling",
    "phas",
    () =>
      magneticStack(
        slip({
          layers: [
            film,
            {
              kind: "spacer",
              thickness: 2,
              coupling: { ...rkky({ amplitude: 1, fermiWaveNumber: 1 }), phas: 1 },
            },
            film,
          ],
        }),
      ),
  ],
  [
    "stack.couplings[0]",
    "contct",
    () =>
      magneticStack(
        slip({
          layers: [film, film],
          couplings: [{ between: [0, 1], exchange: 1, contct: "hollow" }],
        }),
      ),
  ],
  [
    "orderingTemperature",
    "sizs",
    () =>
      orderingTemperature(
        magneticStack({ layers: [film] }),
        slip({ method: "meanField", sizs: [4] }),
      ),
  ],
  ["mappedMesh", "holes", () => mappedMesh(slip({ u: [0, 1], v: [0, 1], holes: () => true }))],
  ["pointMesh", "cell", () => pointMesh(slip({ dimension: 1, points: [0], cell: {} }))],
  [
    "heatConduction: boundaries.left",
    "ambiant",
    () =>
      heatConduction(
        slip({
          ...heat,
          boundaries: { left: { kind: "convection", coefficient: 1, ambiant: 300 } },
        }),
      ),
  ],
  [
    "elasticity: boundaries.left",
    "X",
    () => elasticity(slip({ ...elastic, boundaries: { left: { kind: "displacement", X: 0 } } })),
  ],
  [
    "elasticity: force",
    "X",
    () => elasticity(slip({ ...elastic, boundaries: {}, force: { X: 1 } })),
  ],
  [
    "elasticity: pins[0]",
    "component",
    () => elasticity(slip({ ...elastic, boundaries: {}, pins: [{ at: [0], component: ["x"] }] })),
  ],
  [
    "turbineBlade: settings",
    "maxIteration",
    () => turbineBlade(slip({ settings: { maxIteration: 1 } })),
  ],
  [
    "elasticTube: settings",
    "schem",
    () =>
      elasticTube(
        slip({ cells: 2, elasticity: 1, windows: { size: 1, count: 1 }, settings: { schem: 1 } }),
      ),
  ],
  [
    "dependencies[0]",
    "atleast",
    () => cascadeModel(network, [slip({ layer: "a", on: "a", needs: new Map(), atleast: "all" })]),
  ],
  [
    "removalCurve: strategy",
    "sed",
    () => removalCurve(network, { strategy: slip({ kind: "random", sed: 1 }) }),
  ],
  ["coupledOscillators", "betwen", () => coupledOscillators(slip({ layers: [], betwen: [] }))],
  [
    "layers[0]",
    "copling",
    () => coupledOscillators(slip({ layers: [{ name: "a", frequencies: [1], copling: {} }] })),
  ],
  ["bhzStack", "stackHoping", () => bhzStack(slip({ stackHoping: 1 }))],
  ["kaneMele", "rashb", () => kaneMele(slip({ rashb: 1 }))],
  ["tightBinding", "hopping", () => tightBinding(slip({ axes: 1, onSite: one, hopping: [] }))],
  [
    "tightBinding: hoppings[0]",
    "cel",
    () => tightBinding(slip({ axes: 1, onSite: one, hoppings: [{ cel: [1], matrix: one }] })),
  ],
  ["modelFromTerms", "tolerence", () => modelFromTerms(slip({ axes: 1, tolerence: 1 }))],
  ["slab", "cell", () => slab(slip({ model: crystal, axis: 0, cell: 2 }))],
  ["wannierCentres", "point", () => wannierCentres(slip({ model: crystal, point: 4 }))],
  ["z2OfPlane", "loopaxis", () => z2OfPlane(slip({ model: crystal, loopaxis: 4 }))],
];

const runs: readonly (readonly [string, (problem: never) => unknown, object])[] = [
  ["magnets", runMagnetsProblem, magnetsExample],
  ["curie", runCurieProblem, curieExample],
  ["multiphysics", runMultiphysicsProblem, multiphysicsExample],
  ["topology", runTopologyProblem, topologyExample],
  ["networks", runNetworksProblem, networksExample],
  ["oscillators", runOscillatorsProblem, pendulumsExample],
  ["kinetics", runKineticsProblem, kineticsExample],
];

const errorOf = (call: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(call)
    .catch((thrown: unknown) => thrown);

describe("an unknown name", () => {
  it.each(calls)("%s: %s", async (where, name, call) => {
    expect(await errorOf(call)).toMatchObject({
      code: "USAGE",
      where,
      message: expect.stringContaining(`unknown option "${name}". Did you mean `),
    });
  });

  it.each(runs)("in a problem of %s", async (_name, run, example) => {
    expect(await errorOf(() => run(slip({ ...example, titel: "" })))).toMatchObject({
      code: "SPEC_INVALID",
      message: expect.stringContaining('problem: unknown key "titel". Did you mean "title"?'),
    });
  });

  it("the runs above are those of all domains", () => {
    expect(runs.map(([name]) => name).toSorted()).toEqual(
      domains.map(({ name }) => name).toSorted(),
    );
  });
});

describe("a value that would be a silent mistake", () => {
  it("a boundary of an unknown kind is not insulated or free", async () => {
    const left = { kind: "convectoin", coefficient: 1, ambient: 300 };
    expect(
      await errorOf(() => heatConduction(slip({ ...heat, boundaries: { left } }))),
    ).toMatchObject({
      code: "USAGE",
      where: "heatConduction: boundaries.left.kind",
      hint: 'Did you mean "convection"?',
    });
    const spring = { kind: "sprig", stiffness: 1 };
    expect(
      await errorOf(() => elasticity(slip({ ...elastic, boundaries: { left: spring } }))),
    ).toMatchObject({ code: "USAGE", hint: 'Did you mean "spring"?' });
  });

  it("a pin of an unknown component does not hold the other one", async () => {
    expect(
      await errorOf(() =>
        elasticity(slip({ ...elastic, boundaries: {}, pins: [{ at: [0], components: ["z"] }] })),
      ),
    ).toMatchObject({ code: "USAGE", where: "elasticity: pins[0].components" });
  });

  it("parameters of a preset are all there, and finite", async () => {
    expect(
      await errorOf(() => kaneMele(slip({ hopping: 1, spinOrbit: 0.1, rashba: 0 }))),
    ).toMatchObject({
      code: "USAGE",
      where: "kaneMele: staggered",
      received: "none",
    });
    expect(
      await errorOf(() => kaneMele({ hopping: NaN, spinOrbit: 0.1, rashba: 0, staggered: 0 })),
    ).toMatchObject({ code: "USAGE", where: "kaneMele: hopping", received: "NaN" });
  });

  it("a quantum spin has its length, and a spacer all numbers of its coupling", async () => {
    expect(
      await errorOf(() =>
        magneticStack(slip({ layers: [{ ...film, spin: { kind: "quantum" } }] })),
      ),
    ).toMatchObject({ code: "SPEC_INVALID", where: "stack.layers[0].spin.spin" });
    const coupling = { kind: "rkky", amplitude: 1, fermiWaveNumber: 1 };
    expect(
      await errorOf(() =>
        magneticStack(slip({ layers: [film, { kind: "spacer", thickness: 2, coupling }, film] })),
      ),
    ).toMatchObject({ code: "SPEC_INVALID", where: "stack.layers[1].coupling.phase" });
  });

  it("words of oscillators are known ones", async () => {
    const layers = (coupling: object): never =>
      slip({ layers: [{ name: "a", frequencies: [1, 2], coupling }] });
    expect(
      await errorOf(() => coupledOscillators(layers({ kind: "al", strength: 1 }))),
    ).toMatchObject({ code: "USAGE", where: "layers[0].coupling: kind" });
    expect(
      await errorOf(() => coupledOscillators(layers({ kind: "complete", strength: "1" }))),
    ).toMatchObject({ code: "USAGE", where: "layers[0].coupling: strength" });
  });
});

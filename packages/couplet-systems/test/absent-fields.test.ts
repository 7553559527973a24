/** A field that is absent from a description is refused by name or has a default: it is no TypeError of the language. */
import { CoupletError } from "couplet";
import {
  complexDenseMatrix,
  csrMatrix,
  dense,
  denseMatrix,
  kroneckerSum,
  linearOperator,
  matvec,
  schurComplement,
  stack,
  supra,
  surfaceGreen,
  toComplexDense,
  toCsr,
  toDense,
} from "couplet-systems/linear-algebra";
import { magneticStack, quantumSpin } from "couplet-systems/magnets";
import { elasticity, heatConduction, intervalMesh, mappedMesh } from "couplet-systems/multiphysics";
import { cascadeModel, multilayerNetwork, removalCurve } from "couplet-systems/networks";
import { coupledOscillators } from "couplet-systems/oscillators";
import { slab, tightBinding, wannierCentres } from "couplet-systems/topology";
import { describe, expect, it } from "vitest";

type Fields = Record<string, unknown>;
type Call = (spec: never) => unknown;

const matrix = dense([
  [2, -1],
  [-1, 2],
]);
const mesh = intervalMesh({ elements: 4 });
const network = multilayerNetwork({
  layers: ["p", "w"].map((name) => ({
    name,
    edges: [
      ["a", "b"],
      ["b", "c"],
    ],
  })),
});
const chain = tightBinding({ axes: 1, onSite: matrix, hoppings: [{ cell: [1], matrix }] });
const layer = { name: "a", frequencies: [1, 2, 3] };
const other = { name: "b", frequencies: { law: "normal", centre: 0, width: 1, count: 3 } };

/** Calls with a description that is right. */
const calls: readonly (readonly [string, Call, Fields])[] = [
  [
    "coupledOscillators",
    coupledOscillators,
    {
      layers: [
        { ...layer, coupling: { kind: "links", strength: 1, links: [[0, 1, 1]] } },
        { ...other, coupling: { kind: "complete", strength: 1 } },
      ],
      between: [{ layers: ["a", "b"], kind: "matched", strength: 1 }],
    },
  ],
  ...[{ kind: "random", seed: 1 }, { kind: "order", nodes: ["a", "b"] }, { kind: "degree" }].map(
    (strategy): [string, Call, Fields] => [
      `removalCurve, ${strategy.kind}`,
      (spec) => removalCurve(network, spec),
      { strategy },
    ],
  ),
  [
    "cascadeModel",
    (spec: { one: never }) => cascadeModel(network, [spec.one]),
    { one: { layer: "w", on: "p", needs: new Map([["a", ["b"]]]) } },
  ],
  ...[
    { kind: "temperature", value: 0 },
    { kind: "convection", coefficient: 1, ambient: 0 },
    { kind: "coupledTemperature", field: "t", flow: "f" },
    { kind: "coupledFlow", field: "f", temperature: "t" },
    { kind: "contact", coefficient: () => 1, ambient: 0, clearance: 0, field: "u" },
  ].map((left): [string, Call, Fields] => [
    `heatConduction, ${left.kind}`,
    heatConduction,
    { mesh, conductivity: 1, boundaries: { left, right: { kind: "flux", value: 1 } } },
  ]),
  [
    "elasticity",
    elasticity,
    {
      mesh,
      youngsModulus: 1,
      boundaries: {
        left: { kind: "pressure", value: 1 },
        right: { kind: "spring", stiffness: 1 },
      },
      pins: [{ at: [0], components: ["x"] }],
    },
  ],
  ["mappedMesh", mappedMesh, { u: [0, 1], v: [0, 1] }],
  ["denseMatrix", denseMatrix, { ...matrix }],
  ["csrMatrix", csrMatrix, { ...toCsr(matrix) }],
  ["linearOperator", linearOperator, { rows: 1, cols: 1, apply: () => undefined }],
  ["supra", supra, { layers: [{ name: "a", size: 2 }], blocks: { a: { a: { block: matrix } } } }],
  [
    "kroneckerSum",
    kroneckerSum,
    { layers: ["a", "b"].map((name) => ({ name, operator: matrix })), between: matrix },
  ],
  ["stack", stack, { onSite: matrix, hopping: matrix, count: 3 }],
  ["schurComplement", schurComplement, { operator: matrix, keep: [0] }],
  ["surfaceGreen", surfaceGreen, { onSite: matrix, hopping: matrix, energy: 9, eta: 0.1 }],
  ["tightBinding", tightBinding, { axes: 1, onSite: matrix, hoppings: [{ cell: [1], matrix }] }],
  ["wannierCentres", wannierCentres, { model: chain, occupied: 1, axis: 0, k: [0], points: 8 }],
  ["slab", slab, { model: chain, axis: 0, cells: 3 }],
  [
    "magneticStack",
    magneticStack,
    {
      layers: [
        { name: "a", spin: quantumSpin(0.5), lattice: "square", exchange: 1, planes: 1 },
        { name: "b", spin: quantumSpin(0.5), lattice: "square", exchange: 1, planes: 1 },
      ],
      couplings: [{ between: ["a", "b"], exchange: 1 }],
    },
  ],
];

/** Products of other calls, whose fields nobody writes. */
const products = new Set<unknown>([matrix, mesh, chain]);

/** The description without one field, for each field of it. */
function* withoutEach(value: unknown): Generator<readonly [path: string, rest: unknown]> {
  if (typeof value !== "object" || value === null || products.has(value)) return;
  if (Array.isArray(value)) {
    for (const [i, entry] of value.entries())
      for (const [path, rest] of withoutEach(entry)) yield [`[${i}]${path}`, value.with(i, rest)];
    return;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return;
  for (const [key, entry] of Object.entries(value)) {
    const { [key]: _absent, ...others } = value as Fields;
    yield [`.${key}`, others];
    for (const [path, rest] of withoutEach(entry))
      yield [`.${key}${path}`, { ...value, [key]: rest }];
  }
}

describe("a description without one of its fields", () => {
  it.each(calls)("%s", (_, call, spec) => {
    call(spec as never);
    for (const [path, rest] of withoutEach(spec)) {
      try {
        call(rest as never);
      } catch (error) {
        expect(error, `without ${path}: ${String(error)}`).toBeInstanceOf(CoupletError);
      }
    }
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      "a bridge without a kind",
      () =>
        coupledOscillators({
          layers: [layer, { ...layer, name: "b" }],
          between: [{ layers: ["a", "b"], strength: 1 } as never],
        }),
      /^between\[0\]: kind: expected "matched" or "complete", got undefined/,
    ],
    [
      "links that are a number",
      () =>
        coupledOscillators({
          layers: [{ ...layer, coupling: { kind: "links", strength: 1, links: 5 as never } }],
        }),
      /^layers\[0\]\.coupling\.links: expected a list of links.*, got 5/,
    ],
    [
      "a strategy without a kind",
      () => removalCurve(network, { strategy: {} as never }),
      /^removalCurve: strategy: kind: expected "random".*, got undefined/,
    ],
    [
      "needs as an object",
      () => cascadeModel(network, [{ layer: "w", on: "p", needs: { a: ["b"] } as never }]),
      /^dependencies\[0\]\.needs: expected a Map of nodes to suppliers, got \{"a":\["b"\]\}/,
    ],
    [
      "a body without boundaries",
      () => heatConduction({ mesh, conductivity: 1 } as never),
      /^heatConduction: boundaries: expected an object of conditions by boundary, got none/,
    ],
    [
      "convection without its ambient temperature",
      () =>
        heatConduction({
          mesh,
          conductivity: 1,
          boundaries: { left: { kind: "convection", coefficient: 1 } as never },
        }),
      /^heatConduction: boundaries\.left\.ambient: expected a value, got none/,
    ],
    [
      "a temperature that is a text",
      () =>
        heatConduction({
          mesh,
          conductivity: 1,
          boundaries: { left: { kind: "temperature", value: "20" as never } },
        }),
      /^heatConduction: boundaries\.left\.value: expected a number or a function, got "20"/,
    ],
  ])("is refused by name: %s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe("a matrix made of another one's parts", () => {
  it("takes its kind with it, and no other kind", () => {
    const values = matrix.values.map((value) => 2 * value);
    const twice = [
      denseMatrix({ ...matrix, values }),
      csrMatrix({ ...toCsr(matrix), values: toCsr(matrix).values.map((value) => 2 * value) }),
    ];
    for (const one of twice) expect([...toDense(one).values]).toEqual([4, -2, -2, 4]);
    const complex = toComplexDense(matrix);
    expect(complexDenseMatrix({ ...complex })).toEqual(complex);
    const operator = linearOperator({ rows: 2, cols: 2, apply: (x, y) => y.set(x) });
    expect([...matvec(linearOperator({ ...operator }), Float64Array.of(3, 4))]).toEqual([3, 4]);
    expect(() => denseMatrix({ ...matrix, kind: "csr" as never })).toThrow(
      /denseMatrix: kind: expected "dense", got "csr"/,
    );
  });
});

it("frequencies may be a Float64Array", () => {
  const given = Float64Array.of(1, 2, 3);
  const { frequencies } = coupledOscillators({ layers: [{ name: "a", frequencies: given }] });
  expect(frequencies).toEqual(given);
});

import type { MultiphysicsProblem } from "./problem.ts";

/** A problem to start from: a hot plate and a cooled plate on meshes that do not match. */
export const multiphysicsExample: MultiphysicsProblem = {
  kind: "bodies",
  title: "A steel plate heats a copper plate, and the copper plate cools the steel one",
  bodies: [
    {
      kind: "heat",
      name: "steel",
      mesh: { kind: "rectangle", x: [0, 1], y: [0, 1], columns: 16, rows: 16 },
      conductivity: "15 + 0.01*T",
      boundaries: {
        left: { kind: "temperature", value: "500 + 200*sin(pi*y)" },
        right: { kind: "coupledTemperature", field: "interfaceTemperature", flow: "heatFlow" },
      },
    },
    {
      kind: "heat",
      name: "copper",
      mesh: { kind: "rectangle", x: [1, 2], y: [0, 1], columns: 12, rows: 21 },
      conductivity: 60,
      boundaries: {
        left: { kind: "coupledFlow", field: "heatFlow", temperature: "interfaceTemperature" },
        right: { kind: "convection", coefficient: 40, ambient: 300 },
        top: { kind: "flux", value: "-800*(x - 1)" },
      },
      initial: 400,
    },
  ],
  exchanges: [
    {
      field: "heatFlow",
      from: "steel",
      to: "copper",
      mapping: { kind: "projection", constraint: "conservative" },
    },
    {
      field: "interfaceTemperature",
      from: "copper",
      to: "steel",
      mapping: { kind: "projection", constraint: "consistent" },
    },
  ],
  acceleration: "iqnIls",
  compare: ["none", { kind: "constant", factor: 0.5 }, "aitken"],
  tolerance: 1e-8,
};

/** Heat, stiffness and contact of a cooled turbine blade, solved as one. */
export const bladeExample: MultiphysicsProblem = {
  kind: "turbineBlade",
  title: "Heat, stiffness and contact decide together how hot a cooled turbine blade gets",
  section: { refinement: 2 },
  compare: ["none", "aitken"],
};

/** Blood and the wall of an elastic tube: the hard case of coupling. */
export const tubeExample: MultiphysicsProblem = {
  kind: "elasticTube",
  title: "A fluid as heavy as its elastic tube: plain iteration fails, quasi-Newton does not",
  cells: 40,
  elasticity: 1e4,
  windows: { size: 0.01, count: 8 },
  acceleration: { kind: "iqnIls", reusedWindows: 8 },
  compare: ["none", "aitken"],
};

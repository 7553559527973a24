/** `couplet-systems/topology`: tight-binding crystals: Z2 indices, Chern numbers, slabs, surface states. */
export { topologyDomain } from "../topology/domain.ts";
export { chernNumber } from "../topology/chern.ts";
export type { ChernOptions } from "../topology/chern.ts";
export { modelFromTerms, tightBinding } from "../topology/model.ts";
export type { TightBindingModel, TightBindingSpec } from "../topology/model.ts";
export { bandsAt, directGap } from "../topology/occupied.ts";
export type { DirectGap } from "../topology/occupied.ts";
export { occupiedParities } from "../topology/parity.ts";
export type { Inversion, MomentumParity } from "../topology/parity.ts";
export { bhzInversion, bhzStack, kaneMele, spinTimeReversal } from "../topology/preset.ts";
export type { BhzStackParameters, KaneMeleParameters } from "../topology/preset.ts";
export { slab, surfaceDensity } from "../topology/slab.ts";
export type { Slab, SlabSpec, SurfaceDensity, SurfaceDensityOptions } from "../topology/slab.ts";
export { formatWannier90, readWannier90 } from "../topology/wannier90.ts";
export type { WannierOptions } from "../topology/wannier90.ts";
export { phaseOf, surfaceStates } from "../topology/phase.ts";
export type { PhasePoint, SurfaceConduction, TopologicalPhase } from "../topology/phase.ts";
export { symmetriseTimeReversal } from "../topology/time-reversal.ts";
export type { SymmetrisedModel, TimeReversalDefect } from "../topology/time-reversal.ts";
export { wannierCentres, z2OfPlane } from "../topology/wilson.ts";
export type { WilsonLine, Z2Plane, Z2PlaneResult } from "../topology/wilson.ts";
export { z2Indices } from "../topology/z2-indices.ts";
export type { Z2Options, Z2Progress, Z2Result, Z2Set } from "../topology/z2-indices.ts";
export { parseTopologyProblem, topologyExample } from "../topology/problem/problem.ts";
export type {
  AxisText,
  ComplexText,
  MatrixText,
  ModelText,
  TopologyProblem,
} from "../topology/problem/problem.ts";
export { runTopologyProblem } from "../topology/problem/run.ts";
export type { SlabBands, SurfaceMap, TopologyResult } from "../topology/problem/run.ts";
export type { WavePath } from "../topology/problem/wave-path.ts";
export type { PhaseMap, PhaseSweep } from "../topology/problem/vary-model.ts";

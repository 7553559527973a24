/** `couplet-systems/multiphysics`: partitioned multiphysics: heat, elasticity, flow in tubes, and what couples them. */
export { multiphysicsDomain } from "../multiphysics/domain.ts";
export { turbineBlade } from "../multiphysics/blade/blade.ts";
export type { TurbineBladeOptions, TurbineBladeResult } from "../multiphysics/blade/blade.ts";
export { bladeSection } from "../multiphysics/blade/section.ts";
export type { BladeSection } from "../multiphysics/blade/section.ts";
export { couple } from "../multiphysics/couple.ts";
export type { CouplingOptions, CouplingResult, WindowRecord } from "../multiphysics/couple.ts";
export { elasticity } from "../multiphysics/elasticity.ts";
export type {
  ElasticBoundary,
  ElasticityOptions,
  ElasticParticipant,
} from "../multiphysics/elasticity.ts";
export type { ElementKind } from "../multiphysics/element/element.ts";
export { intervalMesh, mappedMesh, rectangleMesh } from "../multiphysics/element/generate.ts";
export type { MappedGrid } from "../multiphysics/element/generate.ts";
export { boundaryNodes, boundarySite, volumeSite } from "../multiphysics/element/mesh.ts";
export type { ElementMesh } from "../multiphysics/element/mesh.ts";
export type { Exchange } from "../multiphysics/exchange.ts";
export { heatConduction } from "../multiphysics/heat.ts";
export type {
  Distribution,
  HeatBoundary,
  HeatOptions,
  HeatParticipant,
  Property,
} from "../multiphysics/heat.ts";
export { convergenceLog, iterationLog } from "../multiphysics/log.ts";
export {
  mappingMatrix,
  nearestNeighbour,
  projection,
  radialBasis,
} from "../multiphysics/mapping/mapping.ts";
export type { Mapping } from "../multiphysics/mapping/mapping.ts";
export { applyMapping } from "../multiphysics/mapping/matrix.ts";
export type { MappingMatrix } from "../multiphysics/mapping/matrix.ts";
export type {
  FieldSite,
  FieldValues,
  Participant,
  Step,
  SyncParticipant,
} from "../multiphysics/participant.ts";
export { curveMesh, lineMesh, pointMesh } from "../multiphysics/point-mesh.ts";
export type { PointMesh } from "../multiphysics/point-mesh.ts";
export { elasticTube } from "../multiphysics/tube/simulate.ts";
export type { ElasticTubeOptions, ElasticTubeResult } from "../multiphysics/tube/simulate.ts";
export { tubeFlow, tubeWall } from "../multiphysics/tube/tube.ts";
export type { TubeFlow, TubeOptions } from "../multiphysics/tube/tube.ts";
export type {
  BodySpec,
  ElasticBoundarySpec,
  FormulaText,
  HeatBoundarySpec,
  MeshSpec,
} from "../multiphysics/problem/body-schema.ts";
export { multiphysicsExample } from "../multiphysics/problem/example.ts";
export { parseMultiphysicsProblem } from "../multiphysics/problem/problem.ts";
export type {
  AccelerationChoice,
  BladeProblem,
  BodiesProblem,
  CouplingChoices,
  MultiphysicsProblem,
  TubeProblem,
} from "../multiphysics/problem/problem.ts";
export { runMultiphysicsProblem } from "../multiphysics/problem/run.ts";
export type { MultiphysicsResult } from "../multiphysics/problem/run.ts";
export type { CouplingRun, FieldRecord, NamedQuantity } from "../multiphysics/problem/records.ts";
export type { MappingOptions } from "../multiphysics/mapping/mapping.ts";

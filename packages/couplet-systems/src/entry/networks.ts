/** `couplet-systems/networks`: multilayer networks: readers, spectra, percolation, cascades, diffusion. */
export { networksDomain } from "../networks/domain.ts";
export { byHarm, cascadeModel, harmModel, mutualComponent, nodeHarm } from "../networks/cascade.ts";
export type {
  CascadeModel,
  CascadeResult,
  Dependency,
  HarmModel,
  NodeHarm,
} from "../networks/cascade.ts";
export {
  algebraicConnectivity,
  layerConnectivity,
  structuralTransition,
  superdiffusion,
} from "../networks/connectivity.ts";
export type {
  AlgebraicConnectivity,
  StructuralTransition,
  Superdiffusion,
} from "../networks/connectivity.ts";
export { effectiveLayer } from "../networks/effective-layer.ts";
export type { EffectiveLayer, EffectiveLayerOptions } from "../networks/effective-layer.ts";
export { diffuse } from "../networks/diffusion.ts";
export type { Diffusion, DiffusionOptions } from "../networks/diffusion.ts";
export { exponentialAction } from "../networks/krylov-exponential.ts";
export type { ExponentialAction, ExponentialOptions } from "../networks/krylov-exponential.ts";
export { forceLayout, radialLayout } from "../networks/layout.ts";
export type { Layout } from "../networks/layout.ts";
export { byDegree, matchedDependencies } from "../networks/matched-dependencies.ts";
export type { MatchedDependencyOptions } from "../networks/matched-dependencies.ts";
export { thresholdCascade, voterExpectation, voterModel } from "../networks/influence.ts";
export type {
  ThresholdCascade,
  ThresholdOptions,
  VoterExpectation,
  VoterOptions,
  VoterRun,
} from "../networks/influence.ts";
export type { InfluenceReport } from "../networks/problem/influence.ts";
export { linkHarm } from "../networks/link-harm.ts";
export type { LinkHarm } from "../networks/link-harm.ts";
export { spectralImportance } from "../networks/spectral-importance.ts";
export type {
  Importance,
  SpectralImportance,
  SpectralImportanceOptions,
} from "../networks/spectral-importance.ts";
export type { ImportanceMeasure } from "../networks/spectral-drops.ts";
export {
  epidemicThreshold,
  spectralMeasures,
  weakCoupling,
} from "../networks/spectral-measures.ts";
export type { SpectralMeasures, WeakCoupling } from "../networks/spectral-measures.ts";
export { multilayerNetwork } from "../networks/multilayer.ts";
export type {
  Coupling,
  Edge,
  InterlayerEdge,
  InterlayerLinks,
  MultilayerNetwork,
  MultilayerSpec,
  NetworkLayer,
  NetworkLayerSpec,
  NodeInfo,
  StateNode,
} from "../networks/multilayer.ts";
export {
  degreePercolation,
  mutualPercolationSize,
  mutualPercolationThreshold,
} from "../networks/percolation.ts";
export type { DegreePercolation, MutualThreshold } from "../networks/percolation.ts";
export { barabasiAlbert, erdosRenyi } from "../networks/random-graph.ts";
export { edgeListLayers, readEdgeList } from "../networks/read/edge-list.ts";
export type { EdgeListOptions } from "../networks/read/edge-list.ts";
export { readGraphml } from "../networks/read/graphml.ts";
export type { GraphmlOptions } from "../networks/read/graphml.ts";
export { readMultinet } from "../networks/read/multinet.ts";
export type { MultinetOptions } from "../networks/read/multinet.ts";
export {
  readExtendedEdges,
  readLayerInfo,
  readLayout,
  readMultiplexEdges,
  readMuxViz,
} from "../networks/read/muxviz.ts";
export type { FileReader, MuxVizOptions } from "../networks/read/muxviz.ts";
export { readPymnet } from "../networks/read/pymnet.ts";
export type { PymnetOptions } from "../networks/read/pymnet.ts";
export { removalCurve } from "../networks/robustness.ts";
export type { RemovalCurve, RemovalOptions, RemovalStrategy } from "../networks/robustness.ts";
export {
  layerLaplacian,
  randomWalk,
  supraAdjacency,
  supraLaplacian,
} from "../networks/supra-matrices.ts";
export type { RandomWalk, SupraOptions } from "../networks/supra-matrices.ts";
export type { CascadeReport } from "../networks/problem/cascades.ts";
export type { FastLayerReport } from "../networks/problem/fast-layer.ts";
export type { NetworkDrawing } from "../networks/problem/drawing.ts";
export {
  emailChatExample,
  networksExample,
  parseNetworksProblem,
} from "../networks/problem/problem.ts";
export type {
  DependencyText,
  NetworkFile,
  NetworkFormat,
  NetworksProblem,
} from "../networks/problem/problem.ts";
export { guessFormat } from "../networks/problem/read.ts";
export { runNetworksProblem } from "../networks/problem/run.ts";
export type { NetworksResult } from "../networks/problem/run.ts";

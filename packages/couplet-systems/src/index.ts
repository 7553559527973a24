/** `couplet-systems`: supra operators, the operations that coupled systems share, and six domains. */
export { exchangeMatrix } from "./magnets/exchange.ts";
export type { WaveVector } from "./magnets/exchange.ts";
export type { Contact, LatticeName } from "./magnets/lattice.ts";
export { groundStateOrder } from "./magnets/luttinger-tisza.ts";
export type { GroundState, OrderLabel } from "./magnets/luttinger-tisza.ts";
export { meanFieldCurve, meanFieldState, meanFieldTransition } from "./magnets/mean-field.ts";
export type { MeanFieldPoint, MeanFieldTransition } from "./magnets/mean-field.ts";
export { molecularField, stackField } from "./magnets/molecular-field.ts";
export type { MolecularField } from "./magnets/molecular-field.ts";
export type { Series, Update } from "./magnets/monte-carlo/job.ts";
export { binderCrossing, reweight } from "./magnets/monte-carlo/reweight.ts";
export type { BinderCrossing, Reweighted } from "./magnets/monte-carlo/reweight.ts";
export { simulateStack } from "./magnets/monte-carlo/simulate.ts";
export type { Simulation, SimulationOptions } from "./magnets/monte-carlo/simulate.ts";
export type { LatticeSize } from "./magnets/monte-carlo/spin-lattice.ts";
export { autocorrelationTime, blockingAnalysis } from "./magnets/monte-carlo/statistics.ts";
export type { BlockingLevel, Estimate } from "./magnets/monte-carlo/statistics.ts";
export type {
  TransitionOptions,
  TransitionPair,
  TransitionProgress,
} from "./magnets/monte-carlo/transition.ts";
export { orderingTemperature } from "./magnets/ordering-temperature.ts";
export type {
  OrderingTemperature,
  OrderingTemperatureOptions,
} from "./magnets/ordering-temperature.ts";
export { rkky, spacerExchange } from "./magnets/rkky.ts";
export type { SpacerCoupling } from "./magnets/rkky.ts";
export {
  balanceCondition,
  featureBoundary,
  ghostTemperature,
  sharedTransition,
  twoFilmTemperature,
} from "./magnets/shared-transition.ts";
export type { Balance, SharedTransition } from "./magnets/shared-transition.ts";
export { heisenberg, ising, quantumSpin, xy } from "./magnets/spin.ts";
export type { SpinModel } from "./magnets/spin.ts";
export type {
  FilmCoupling,
  FilmSpec,
  MagneticStackSpec,
  SpacerSpec,
} from "./magnets/stack-spec.ts";
export { magneticStack } from "./magnets/stack.ts";
export type { Film, MagneticStack, StackBond, StackSite } from "./magnets/stack.ts";
export {
  adjointOf,
  blochSum,
  scaleDiagonally,
  shifted,
  stack,
} from "./linear-algebra/matrix/builders.ts";
export { kroneckerSum } from "./linear-algebra/sparse/kronecker-sum.ts";
export type { BlochTerm } from "./linear-algebra/matrix/builders.ts";
export type { KroneckerLayer } from "./linear-algebra/sparse/kronecker-sum.ts";
export { toComplexDense, toCsr, toDense } from "./linear-algebra/matrix/convert.ts";
export {
  csrAdjoint,
  csrDiagonal,
  csrFromTriplets,
  csrMatrix,
} from "./linear-algebra/sparse/csr.ts";
export {
  complexDense,
  complexDenseMatrix,
  dense,
  denseMatrix,
  identity,
  isComplex,
  linearOperator,
} from "./linear-algebra/matrix/matrix.ts";
export type {
  AnyOperator,
  ComplexDenseMatrix,
  CsrMatrix,
  DenseMatrix,
  LinearOperator,
  Matrix,
  Triplet,
} from "./linear-algebra/matrix/matrix.ts";
export { nodeOrder } from "./supra/node-order.ts";
export type { LayerSpec, NodeOrder, NodePlace } from "./supra/node-order.ts";
export { parallelOperator } from "./linear-algebra/sparse/parallel/parallel-operator.ts";
export type {
  ParallelOperator,
  ParallelOptions,
} from "./linear-algebra/sparse/parallel/parallel-operator.ts";
export { adjointMatvec, asOperator, matvec } from "./linear-algebra/matrix/product.ts";
export { isSupra, supra } from "./supra/supra.ts";
export type {
  BlockTable,
  PlacedBlock,
  ScaledBlock,
  SupraOperator,
  SupraSpec,
} from "./supra/supra.ts";
export { accelerate } from "couplet/kit";
export { aitken, constantRelaxation, iqnIls, iqnImvj, noAcceleration } from "couplet/kit";
export type {
  Acceleration,
  AccelerationSpec,
  Aitken,
  ConstantRelaxation,
  ImvjRestart,
  IqnIls,
  IqnImvj,
  NoAcceleration,
  Proposal,
} from "couplet/kit";
export type { Bounds } from "couplet/kit";
export { fixedPointIteration } from "couplet/kit";
export type {
  FixedPointIteration,
  FixedPointResult,
  FixedPointSettings,
  IterationRecord,
} from "couplet/kit";
export type { Measure, MeasureRecord } from "couplet/kit";
export { predictor } from "couplet/kit";
export type { Predictor } from "couplet/kit";
export type { FieldLayout } from "couplet/kit";
export { blockSweep } from "couplet/kit";
export type { Block, Scheme, Sweep } from "couplet/kit";
export type { SecantFilter } from "couplet/kit";
export { fixedPoint, fixedPointSync } from "couplet/kit";
export type { Checkpointed, FixedPointOptions } from "couplet/kit";
export type { StallRule } from "couplet/kit";
export { columnsToMatrix, combine, multiply, submatrix } from "./linear-algebra/matrix/algebra.ts";
export type { AnyDense } from "./linear-algebra/matrix/algebra.ts";
export { inverse, luFactor, solveDense } from "./linear-algebra/schur/lu.ts";
export type { LuFactors } from "./linear-algebra/schur/lu.ts";
export { eigenGeneral } from "./linear-algebra/eigen/dense-general.ts";
export type { GeneralEigen } from "./linear-algebra/eigen/dense-general.ts";
export { eigenHermitian, eigenSymmetric } from "./linear-algebra/eigen/dense-symmetric.ts";
export type { HermitianEigen } from "./linear-algebra/eigen/dense-symmetric.ts";
export { singularValues } from "./linear-algebra/eigen/svd.ts";
export type { SingularValues } from "./linear-algebra/eigen/svd.ts";
export { nullSpace, leftNullSpace } from "./linear-algebra/reduction/null-space.ts";
export { groupInverse, reduceTimescales } from "./linear-algebra/reduction/timescale.ts";
export type { TimescaleReduction, TimescaleSpec } from "./linear-algebra/reduction/timescale.ts";
export { blockThomas } from "./linear-algebra/schur/block-thomas.ts";
export type { BlockThomas } from "./linear-algebra/schur/block-thomas.ts";
export { kronReduction, schurComplement } from "./linear-algebra/schur/complement.ts";
export type { SchurSpec, Shift } from "./linear-algebra/schur/complement.ts";
export { densityOfStates, surfaceGreen } from "./linear-algebra/schur/decimation.ts";
export type { DecimationSpec, SurfaceGreen } from "./linear-algebra/schur/decimation.ts";
export { removeMoieties } from "./kinetics/conserved.ts";
export type { IndependentModel } from "./kinetics/conserved.ts";
export { effectiveNetwork } from "./kinetics/effective-network.ts";
export type { EffectiveNetwork, EffectiveNetworkOptions } from "./kinetics/effective-network.ts";
export type { Expression, FunctionBody, Operator } from "./kinetics/expression.ts";
export type { FastPart } from "./kinetics/fast-manifold.ts";
export { parseFormula } from "./kinetics/formula.ts";
export { integrate } from "./kinetics/integrate.ts";
export type { IntegrateOptions, Trajectory } from "./kinetics/integrate.ts";
export type { KineticModel, OdeSystem, ParameterValues, Process } from "./kinetics/model.ts";
export { conservedMoieties } from "./kinetics/moieties.ts";
export type { Moiety } from "./kinetics/moieties.ts";
export { reactionNetwork } from "./kinetics/network.ts";
export { quasiSteadyState } from "./kinetics/quasi-steady-state.ts";
export type { QuasiSteadyStateOptions, SlowModel } from "./kinetics/quasi-steady-state.ts";
export { readSbml } from "./kinetics/sbml/read-sbml.ts";
export type { SbmlModel } from "./kinetics/sbml/read-sbml.ts";
export type {
  Formula,
  ParsedReaction,
  ReactionNetworkSpec,
  ReactionSpec,
  SpeciesSpec,
} from "./kinetics/spec.ts";
export { steadyState } from "./kinetics/steady-state.ts";
export type { SteadyState, SteadyStateOptions } from "./kinetics/steady-state.ts";
export { linearise, timeScales } from "./kinetics/time-scales.ts";
export type { Linearisation, TimeScales } from "./kinetics/time-scales.ts";
export { cascadeModel, mutualComponent, nodeHarm } from "./networks/cascade.ts";
export type { CascadeModel, CascadeResult, Dependency, NodeHarm } from "./networks/cascade.ts";
export {
  algebraicConnectivity,
  layerConnectivity,
  structuralTransition,
  superdiffusion,
} from "./networks/connectivity.ts";
export type {
  AlgebraicConnectivity,
  StructuralTransition,
  Superdiffusion,
} from "./networks/connectivity.ts";
export { diffuse } from "./networks/diffusion.ts";
export type { Diffusion, DiffusionOptions } from "./networks/diffusion.ts";
export { exponentialAction } from "./networks/krylov-exponential.ts";
export type { ExponentialAction, ExponentialOptions } from "./networks/krylov-exponential.ts";
export { forceLayout, radialLayout } from "./networks/layout.ts";
export type { Layout } from "./networks/layout.ts";
export { byDegree, matchedDependencies } from "./networks/matched-dependencies.ts";
export type { MatchedDependencyOptions } from "./networks/matched-dependencies.ts";
export { epidemicThreshold, spectralMeasures, weakCoupling } from "./networks/measures.ts";
export type { SpectralMeasures, WeakCoupling } from "./networks/measures.ts";
export { multilayerNetwork } from "./networks/multilayer.ts";
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
} from "./networks/multilayer.ts";
export {
  degreePercolation,
  mutualPercolationSize,
  mutualPercolationThreshold,
} from "./networks/percolation.ts";
export type { DegreePercolation, MutualThreshold } from "./networks/percolation.ts";
export { barabasiAlbert, erdosRenyi } from "./networks/random-graph.ts";
export { edgeListLayers, readEdgeList } from "./networks/read/edge-list.ts";
export type { EdgeListOptions } from "./networks/read/edge-list.ts";
export { readGraphml } from "./networks/read/graphml.ts";
export type { GraphmlOptions } from "./networks/read/graphml.ts";
export { readMultinet } from "./networks/read/multinet.ts";
export type { MultinetOptions } from "./networks/read/multinet.ts";
export {
  readExtendedEdges,
  readLayerInfo,
  readLayout,
  readMultiplexEdges,
  readMuxViz,
} from "./networks/read/muxviz.ts";
export type { FileReader, MuxVizOptions } from "./networks/read/muxviz.ts";
export { readPymnet } from "./networks/read/pymnet.ts";
export type { PymnetOptions } from "./networks/read/pymnet.ts";
export { removalCurve } from "./networks/robustness.ts";
export type { RemovalCurve, RemovalOptions, RemovalStrategy } from "./networks/robustness.ts";
export {
  layerLaplacian,
  randomWalk,
  supraAdjacency,
  supraLaplacian,
} from "./networks/supra-matrices.ts";
export type { RandomWalk, SupraOptions } from "./networks/supra-matrices.ts";
export { spectrum } from "./linear-algebra/eigen/spectrum.ts";
export type {
  SpectrumEnd,
  SpectrumOptions,
  SpectrumResult,
} from "./linear-algebra/eigen/options.ts";
export { chernNumber } from "./topology/chern.ts";
export type { ChernOptions } from "./topology/chern.ts";
export { modelFromTerms, tightBinding } from "./topology/model.ts";
export type { TightBindingModel, TightBindingSpec } from "./topology/model.ts";
export { bandsAt, directGap } from "./topology/occupied.ts";
export type { DirectGap } from "./topology/occupied.ts";
export { occupiedParities } from "./topology/parity.ts";
export type { Inversion, MomentumParity } from "./topology/parity.ts";
export { bhzInversion, bhzStack, kaneMele, spinTimeReversal } from "./topology/preset.ts";
export type { BhzStackParameters, KaneMeleParameters } from "./topology/preset.ts";
export { slab, surfaceDensity } from "./topology/slab.ts";
export type { Slab, SlabSpec, SurfaceDensity, SurfaceDensityOptions } from "./topology/slab.ts";
export { formatWannier90, readWannier90 } from "./topology/wannier90.ts";
export type { WannierOptions } from "./topology/wannier90.ts";
export { wannierCentres, z2OfPlane } from "./topology/wilson.ts";
export type { WilsonLine, Z2Plane, Z2PlaneResult } from "./topology/wilson.ts";
export { z2Indices } from "./topology/z2-indices.ts";
export type { Z2Options, Z2Result, Z2Set } from "./topology/z2-indices.ts";
export { turbineBlade } from "./multiphysics/blade/blade.ts";
export type { TurbineBladeOptions, TurbineBladeResult } from "./multiphysics/blade/blade.ts";
export { bladeSection } from "./multiphysics/blade/section.ts";
export type { BladeSection } from "./multiphysics/blade/section.ts";
export { couple } from "./multiphysics/couple.ts";
export type { CouplingOptions, CouplingResult, WindowRecord } from "./multiphysics/couple.ts";
export { elasticity } from "./multiphysics/elasticity.ts";
export type {
  ElasticBoundary,
  ElasticityOptions,
  ElasticParticipant,
} from "./multiphysics/elasticity.ts";
export type { ElementKind } from "./multiphysics/element/element.ts";
export { intervalMesh, mappedMesh, rectangleMesh } from "./multiphysics/element/generate.ts";
export type { MappedGrid } from "./multiphysics/element/generate.ts";
export { boundaryNodes, boundarySite, volumeSite } from "./multiphysics/element/mesh.ts";
export type { ElementMesh } from "./multiphysics/element/mesh.ts";
export type { Exchange } from "./multiphysics/exchange.ts";
export { heatConduction } from "./multiphysics/heat.ts";
export type {
  Distribution,
  HeatBoundary,
  HeatOptions,
  HeatParticipant,
  Property,
} from "./multiphysics/heat.ts";
export { convergenceLog, iterationLog } from "./multiphysics/log.ts";
export {
  mappingMatrix,
  nearestNeighbour,
  projection,
  radialBasis,
} from "./multiphysics/mapping/mapping.ts";
export type { Mapping } from "./multiphysics/mapping/mapping.ts";
export { applyMapping } from "./multiphysics/mapping/matrix.ts";
export type { MappingMatrix } from "./multiphysics/mapping/matrix.ts";
export type {
  FieldSite,
  FieldValues,
  Participant,
  Step,
  SyncParticipant,
} from "./multiphysics/participant.ts";
export { curveMesh, lineMesh, pointMesh } from "./multiphysics/point-mesh.ts";
export type { PointMesh } from "./multiphysics/point-mesh.ts";
export { elasticTube } from "./multiphysics/tube/simulate.ts";
export type { ElasticTubeOptions, ElasticTubeResult } from "./multiphysics/tube/simulate.ts";
export { tubeFlow, tubeWall } from "./multiphysics/tube/tube.ts";
export type { TubeFlow, TubeOptions } from "./multiphysics/tube/tube.ts";
export { parseJsonText } from "./problem/json-text.ts";
export { setPath } from "./problem/set-path.ts";
export type { ProblemProgress, ProblemResult, RunOptions } from "./problem/running.ts";
export type { Range } from "./problem/check.ts";
export { curieExample, parseCurieProblem } from "./magnets/curie/problem.ts";
export type { CurieProblem } from "./magnets/curie/problem.ts";
export { runCurieProblem } from "./magnets/curie/run.ts";
export type { CurieResult } from "./magnets/curie/run.ts";
export { kineticsExample, parseKineticsProblem } from "./kinetics/problem/problem.ts";
export type { KineticsProblem } from "./kinetics/problem/problem.ts";
export { runKineticsProblem } from "./kinetics/problem/run.ts";
export type { KineticsResult, TimeSeries } from "./kinetics/problem/run.ts";
export { magnetsExample, parseMagnetsProblem } from "./magnets/problem/problem.ts";
export type {
  MagnetsProblem,
  MonteCarloChoices,
  SimulateChoices,
  Vary,
} from "./magnets/problem/problem.ts";
export { runMagnetsProblem } from "./magnets/problem/run.ts";
export type {
  MagnetisationCurve,
  MagnetsResult,
  MeasuredPoint,
  MeasuredTransition,
} from "./magnets/problem/run.ts";
export type { LayerText, SpinText, StackText } from "./magnets/problem/stack-schema.ts";
export type {
  BodySpec,
  ElasticBoundarySpec,
  FormulaText,
  HeatBoundarySpec,
  MeshSpec,
} from "./multiphysics/problem/body-schema.ts";
export { multiphysicsExample } from "./multiphysics/problem/example.ts";
export { parseMultiphysicsProblem } from "./multiphysics/problem/problem.ts";
export type {
  AccelerationChoice,
  BladeProblem,
  BodiesProblem,
  CouplingChoices,
  MultiphysicsProblem,
  TubeProblem,
} from "./multiphysics/problem/problem.ts";
export { runMultiphysicsProblem } from "./multiphysics/problem/run.ts";
export type { CouplingRun, FieldRecord, MultiphysicsResult } from "./multiphysics/problem/run.ts";
export type { CascadeReport } from "./networks/problem/cascades.ts";
export type { NetworkDrawing } from "./networks/problem/drawing.ts";
export { networksExample, parseNetworksProblem } from "./networks/problem/problem.ts";
export type {
  DependencyText,
  NetworkFile,
  NetworkFormat,
  NetworksProblem,
} from "./networks/problem/problem.ts";
export { guessFormat } from "./networks/problem/read.ts";
export { runNetworksProblem } from "./networks/problem/run.ts";
export type { NetworksResult } from "./networks/problem/run.ts";
export { parseTopologyProblem, topologyExample } from "./topology/problem/problem.ts";
export type {
  AxisText,
  ComplexText,
  MatrixText,
  ModelText,
  TopologyProblem,
} from "./topology/problem/problem.ts";
export { runTopologyProblem } from "./topology/problem/run.ts";
export type { SlabBands, SurfaceMap, TopologyResult, WavePath } from "./topology/problem/run.ts";
export { byHarm, harmModel } from "./networks/cascade.ts";
export type { HarmModel } from "./networks/cascade.ts";
export { summariseSystems, systemsPage, systemsText } from "./report/systems.ts";
export type { SystemsPageOptions, SystemsResult } from "./report/systems.ts";
export type { SummaryTable, SystemsSummary } from "./report/summary.ts";

export const page = (text, link) => ({ text, link });

/** The pages by what a reader wants; a page of `docs/` that is not here ends the build. */
export const sidebar = [
  {
    text: "Start",
    items: [
      page("Four ways in", "/start"),
      page("A first flow", "/tutorial"),
      page("What a coupling layer is", "/coupling-layers"),
    ],
  },
  {
    text: "Tables",
    items: [
      page("A model of a table", "/tables"),
      page("Out of files", "/io"),
      page("Any condition", "/any-condition"),
      page("Finding anomalies", "/anomalies"),
      page("The studio", "/studio"),
      page("The report", "/report"),
      page("Rows with a wanted property", "/inverse-design"),
      page("Coming from pandas", "/from-pandas"),
    ],
  },
  {
    text: "Flows",
    items: [
      page("A density", "/flows/density"),
      page("A posterior", "/flows/posterior"),
      page("Training", "/flows/training"),
      page("Can the numbers be trusted?", "/flows/trust"),
      page("Which shape of flow?", "/flows/depth"),
      page("Layer by layer", "/flows/layerwise"),
      page("Autoregressive layers", "/flows/autoregressive"),
      page("The parts", "/flows/parts"),
      page("Parts of your own", "/flows/own-parts"),
    ],
  },
  {
    text: "Images and energies",
    items: [
      page("A first image flow", "/images"),
      page("Deep networks in little memory", "/reversible"),
      page("Samples from an energy", "/energy"),
    ],
  },
  {
    text: "In use",
    items: [
      page("The command", "/command"),
      page("Bundlers, policies, workers", "/bundlers"),
      page("A server that scores", "/serving"),
      page("ONNX", "/onnx"),
      page("Python, PySpark, Ray", "/how-to/python"),
      page("DuckDB", "/how-to/duckdb"),
      page("Several processes", "/processes"),
      page("Privacy", "/privacy"),
      page("When not to use it", "/limits"),
    ],
  },
  {
    text: "Coupled systems",
    items: [
      page("One idea", "/one-idea"),
      page("The operator", "/systems/core"),
      page("Solvers", "/systems/multiphysics"),
      page("Magnets", "/systems/magnets"),
      page("Two films", "/systems/curie-temperature"),
      page("Topology", "/systems/topology"),
      page("Networks", "/systems/networks"),
      page("Oscillators", "/systems/oscillators"),
      page("Cells", "/systems/kinetics"),
      page("From the command line", "/systems/command"),
    ],
  },
  {
    text: "Explanation",
    items: [
      page("Densities, nats, bounds", "/densities"),
      page("Design and numerics", "/design"),
      page("Architecture", "/project/architecture"),
    ],
  },
];

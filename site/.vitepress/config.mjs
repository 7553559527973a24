import { defineConfig } from "vitepress";

const page = (text, link) => ({ text, link });

const guides = [
  {
    text: "Start",
    items: [
      page("Three ways in", "/start"),
      page("A first flow", "/tutorial"),
      page("What a coupling layer is", "/coupling-layers"),
    ],
  },
  {
    text: "Tables",
    items: [
      page("A model of a table", "/tables"),
      page("Any condition", "/any-condition"),
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

export default defineConfig({
  title: "Couplet",
  description: "Exact-likelihood generative modelling with coupling layers, for TypeScript",
  lang: "en",
  srcDir: ".stage",
  cleanUrls: false,
  lastUpdated: false,
  head: [["link", { rel: "icon", type: "image/svg+xml", href: "/logo.svg" }]],
  // The API reference is copied beside the pages after VitePress has built them.
  ignoreDeadLinks: [/^\/api\//],
  markdown: { theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" } },
  themeConfig: {
    logo: "/logo.svg",
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      page("Start", "/start"),
      page("Guides", "/guides"),
      page("Gallery", "/gallery"),
      {
        text: "Reference",
        items: [
          page("What to import", "/reference/"),
          page("Help of the command", "/reference/help"),
          page("Errors", "/errors"),
          page("Features", "/project/features"),
          page("Changelog", "/project/changelog"),
        ],
      },
    ],
    sidebar: guides,
    docFooter: { prev: "Before", next: "Next" },
  },
  // Threads share memory, which pages have under these headers alone; without them everything runs on one thread.
  vite: {
    server: {
      headers: {
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Embedder-Policy": "require-corp",
      },
      fs: { allow: ["..", "../.."] },
    },
    worker: { format: "es" },
    build: { chunkSizeWarningLimit: 1500 },
  },
});

import { defineConfig } from "vitepress";
import { page, sidebar } from "./sidebar.mjs";

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
    sidebar,
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

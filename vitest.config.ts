import { defineConfig } from "vitest/config";

const source = ["@couplet/source"];
const shared = {
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source, externalConditions: source } },
};

// `fast` is what `npm test` runs; `full` holds the slow scientific checks (*.full.test.ts), `packages` what is packed, `studio` its page in a browser,
// `site` the built site.
export default defineConfig({
  test: {
    // Half of the tests wait for processes that they start: one worker, the default of two cores, would leave a core idle.
    maxWorkers: 2,
    projects: [
      {
        ...shared,
        test: {
          name: "fast",
          include: [
            "{test,packages/*/src,packages/*/test}/**/*.test.ts",
            "{bench,tools}/**/*.test.mjs",
          ],
          exclude: [
            "**/*.full.test.ts",
            "test/packages/**",
            "test/studio/**",
            "test/site/**",
            "**/node_modules/**",
          ],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: "full",
          include: ["{test,packages/*/src,packages/*/test}/**/*.full.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 900_000,
        },
      },
      {
        test: {
          name: "site",
          include: ["test/site/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "packages",
          include: ["test/packages/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: "studio",
          include: ["test/studio/**/*.test.ts"],
          // One page at a time: what they print of speed is of a page that has the machine.
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});

/** The pages of coupled systems in a browser: all six small ones, in both themes, without errors or traffic. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { currentEnvironment } from "couplet/report";
import { domains, type RunOptions, type SolvedProblem } from "couplet-systems";
import { kineticsExample } from "couplet-systems/kinetics";
import { curieExample, magnetsExample } from "couplet-systems/magnets";
import { multiphysicsExample } from "couplet-systems/multiphysics";
import { emailChatExample, networksExample } from "couplet-systems/networks";
import { pendulumsExample } from "couplet-systems/oscillators";
import { topologyExample } from "couplet-systems/topology";
import { chromiumPath, launchChromium } from "../../../test/browser/chromium.ts";

/** A domain's problem, as the command would solve it. */
function solve(name: string, problem: unknown, options?: RunOptions): Promise<SolvedProblem> {
  return domains.find((domain) => domain.name === name)!.solve(problem, name, options);
}

it("draws every domain", () => {
  const drawn = pages.map(({ name }) => name.split(" ")[0]);
  expect(new Set(drawn)).toEqual(new Set(domains.map(({ name }) => name)));
});

const tiny = { sizes: [4, 6, 8], tolerance: 0.3, measurements: 100 };
const few = { size: 6, temperatures: [0.5, 1], measurements: 50 };
const { monteCarlo: _, ...magnets } = magnetsExample;

const pages: readonly {
  name: string;
  figures: readonly string[];
  run: () => Promise<SolvedProblem>;
}[] = [
  {
    name: "multiphysics",
    figures: ["field-1", "residuals"],
    run: () => solve("multiphysics", { ...multiphysicsExample, title: "Plates <&>" }),
  },
  {
    name: "multiphysics over time",
    figures: ["field-1", "field-2", "field-3", "residuals", "sweeps", "history-1", "history-2"],
    run: () =>
      solve("multiphysics", {
        kind: "elasticTube",
        cells: 20,
        elasticity: 1e5,
        windows: { size: 0.01, count: 4 },
      }),
  },
  {
    name: "magnets",
    figures: [
      "m-of-t",
      "heat",
      "film-susceptibility",
      "film-binder",
      "sweep",
      "orders",
      "temperatures",
    ],
    run: () =>
      solve(
        "magnets",
        {
          ...magnets,
          simulate: few,
          sweep: { ...magnets.sweep!, values: [-1, 0, 1] },
          map: {
            x: { ...magnets.map!.x, values: [-1, 0, 1] },
            y: { ...magnets.map!.y, values: [-1, 0, 1] },
          },
        },
        { threads: 0 },
      ),
  },
  {
    name: "curie",
    figures: ["tc", "slope", "m-of-t", "film-susceptibility", "film-binder"],
    run: () =>
      solve(
        "curie",
        { ...curieExample, couplings: [0, 0.5, 1, 6], monteCarlo: tiny, simulate: few },
        { threads: 0 },
      ),
  },
  {
    name: "topology",
    figures: [
      "phases",
      "phase-map",
      "slab-z-1",
      "slab-x-2",
      "surface-z",
      "surface-x",
      "bulk-bands",
    ],
    run: () =>
      solve("topology", {
        ...topologyExample,
        slabs: [
          { axis: "z", cells: 4 },
          { axis: "x", cells: 4 },
        ],
        points: 10,
        surface: { energies: [-0.5, 0, 0.5], points: 8 },
        sweep: { path: "stackCurvature", values: [0.24, 0.25, 0.26] },
        map: {
          x: { path: "stackCurvature", values: [0.1, 0.4] },
          y: { path: "mass", values: [-1, 1] },
        },
      }),
  },
  {
    name: "networks",
    figures: [
      "drawing",
      "lambda",
      "threshold",
      "harm",
      "failures",
      "removal",
      "importance-spectralRadius",
      "importance-algebraicConnectivity",
      "importance-naturalConnectivity",
      "diffusion-layers",
    ],
    run: () => solve("networks", networksExample),
  },
  {
    name: "networks of people",
    figures: [
      "drawing",
      "lambda",
      "threshold",
      "removal",
      "importance-spectralRadius",
      "diffusion-layers",
      "thresholds",
      "voter",
    ],
    run: () =>
      solve("networks", { ...emailChatExample, importance: { measures: ["spectralRadius"] } }),
  },
  {
    name: "oscillators",
    figures: ["order", "frequencies", "course"],
    run: () => solve("oscillators", { ...pendulumsExample, sweep: { scales: [0, 0.4, 0.6] } }),
  },
  {
    name: "kinetics",
    figures: ["trajectories-1", "trajectories-1-log", "time-scales", "difference"],
    run: () => solve("kinetics", kineticsExample),
  },
];

describe.skipIf(chromiumPath() === undefined && process.env["CI"] !== "true")(
  "pages of coupled systems (need Chromium)",
  { timeout: 300_000 },
  () => {
    let browser: Browser;
    let folder = "";
    beforeAll(async () => {
      browser = await launchChromium();
      folder = await mkdtemp(path.join(tmpdir(), "couplet-pages-"));
    });
    afterAll(async () => {
      await browser?.close();
      await rm(folder, { recursive: true, force: true });
    });

    it.each(pages)("$name", async ({ name, figures, run }) => {
      const { result, page: draw } = await run();
      const file = path.join(folder, `${name}.html`);
      const text = await draw({
        command: `couplet systems ${result.domain} problem.json`,
        environment: currentEnvironment(),
      });
      await writeFile(file, text);
      const complaints: string[] = [];
      const page = await browser.newPage();
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (message) => complaints.push(message.text()));
      page.on("request", (request) => {
        if (!/^(file|data):/.test(request.url())) complaints.push(`request: ${request.url()}`);
      });
      await page.goto(pathToFileURL(file).href);

      expect(await page.title()).toBe(result.title);
      const seen = await page.evaluate(`[...document.querySelectorAll("figure")].map((figure) => {
        const svg = figure.querySelector(".chart svg.plot, .chart svg[role=img]");
        const box = svg.getBoundingClientRect();
        return {
          id: figure.id,
          width: box.width,
          height: box.height,
          marks: svg.querySelectorAll("path, circle, line, rect, text").length,
          labels: [...svg.querySelectorAll("text")].map((text) => text.textContent).join(" "),
          caption: figure.querySelector("figcaption").textContent,
          alt: svg.getAttribute("aria-label"),
        };
      })`);
      const found = seen as {
        id: string;
        width: number;
        height: number;
        marks: number;
        labels: string;
        caption: string;
        alt: string;
      }[];
      expect(found.map(({ id }) => id)).toEqual(figures);
      for (const { width, height, marks, labels, caption, alt } of found) {
        expect(width).toBeGreaterThan(300);
        expect(height).toBeGreaterThan(100);
        // Axes alone are some ten marks.
        expect(marks).toBeGreaterThan(12);
        expect(labels).toMatch(/[A-Za-z]/);
        expect(caption.length).toBeGreaterThan(15);
        expect(alt.length).toBeGreaterThan(5);
      }
      // A number that is none in a path is drawn as nothing, without an error.
      expect(
        text.match(/ (?:d|x|y|cx|cy|r|width|height)="[^"]*(?:NaN|Infinity|undefined)/g),
      ).toBeNull();

      const paper = (): Promise<unknown> =>
        page.evaluate("getComputedStyle(document.documentElement).backgroundColor");
      await page.emulateMedia({ colorScheme: "light" });
      const light = await paper();
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await paper()).not.toBe(light);
      await page.close();
      expect(complaints).toEqual([]);
    });
  },
);

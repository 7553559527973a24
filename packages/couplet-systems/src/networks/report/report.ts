/** Layered networks: summary and pictures of numbers. The network itself is drawn in `layered-drawing.ts`. */
import type { FigureSection } from "../../report/page.ts";
import type { NetworksResult } from "../problem/run.ts";
import { countText, figure, legend, percentText } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, frame } from "../../report/frame.ts";
import { connectivityText, roundingOf } from "./connectivity-text.ts";
import { layeredDrawing } from "./layered-drawing.ts";
import { fastLayerHeadline, fastLayerTables } from "./fast-layer.ts";
import { influenceFigures, influenceHeadline } from "./influence.ts";
import { importanceFigures, importanceTables } from "./importance.ts";
import { lambdaFigure, radiusFigure } from "./spectra-figures.ts";
import { cascadeFigure, harmFigure, removalFigure } from "./network-failures.ts";
import type { SummaryTable, SystemsSummary } from "../../report/summary.ts";
import { significant } from "../../report/significant.ts";

/** A networks result in words. */
export function networksSummary(result: NetworksResult): SystemsSummary {
  const { measures, spectra, cascades } = result;
  return {
    headlines: [
      {
        label: "Network",
        value: `${countText(result.size)} state nodes in ${countText(result.layers.length)} layers`,
        note: `${countText(result.linksBetween)} links between layers`,
      },
      {
        label: "Algebraic connectivity",
        value:
          measures.algebraicConnectivity === null
            ? "–"
            : connectivityText(measures.algebraicConnectivity, result),
        note:
          measures.components === null || measures.components === 1
            ? `rate of the slowest relaxation, coupling strength ${significant(measures.strength, 3)}`
            : `in ${countText(measures.components)} parts that nothing joins`,
      },
      {
        label: "Epidemic threshold",
        value: significant(measures.epidemicThreshold, 4),
        note: `1 / spectral radius ${significant(measures.spectralRadius, 5)}`,
      },
      ...(measures.naturalConnectivity === null
        ? []
        : [
            {
              label: "Natural connectivity",
              value: significant(measures.naturalConnectivity, 4),
              note: "log of the mean number of closed walks, long ones weighted down",
            },
          ]),
      ...(spectra === null || spectra.transition === null
        ? []
        : [
            {
              label: "Structural transition p*",
              value: significant(spectra.transition, 5),
              note: "coupling at which two layers become one network",
            },
          ]),
      ...(spectra === null || spectra.superdiffusive === null
        ? []
        : [
            {
              label: "Superdiffusive",
              value: spectra.superdiffusive ? "yes" : "no",
              note: `${
                result.layers.some(
                  ({ algebraicConnectivity: own }) => (own ?? 0) > roundingOf(result),
                )
                  ? ""
                  : "no layer alone is connected; "
              }strong coupling relaxes at ${significant(spectra.limit ?? NaN, 4)}`,
            },
          ]),
      ...(result.influence === null ? [] : [influenceHeadline(result.influence)]),
      ...(result.effective === null ? [] : [fastLayerHeadline(result.effective)]),
      ...(cascades === null
        ? []
        : [
            {
              label: "Most harmful loss",
              value: `${cascades.worst.layer} ${cascades.worst.node}`,
              note: `${countText(cascades.harm[0]!.coupled)} nodes stop, ${countText(cascades.harm[0]!.alone)} in its layer alone`,
            },
            {
              label: "Hidden from each layer's operator",
              value: `${cascades.hiddenAlone} of the ${cascades.top} worst`,
              note: "not among the worst of their layer alone",
            },
          ]),
    ],
    tables: networksTables(result),
  };
}

/** Layers, and where they were computed removal and the most harmful losses. */
function networksTables(result: NetworksResult): SummaryTable[] {
  const { cascades, removal } = result;
  const tables: SummaryTable[] = [
    {
      caption: "Layers",
      columns: [
        { name: "layer" },
        { name: "nodes", align: "right" },
        { name: "links", align: "right" },
        { name: "algebraic connectivity", align: "right" },
      ],
      rows: result.layers.map(({ name, nodes, links, algebraicConnectivity }) => [
        name,
        countText(nodes),
        countText(links),
        algebraicConnectivity === null
          ? "directed"
          : connectivityText(algebraicConnectivity, result),
      ]),
    },
  ];
  if (removal.length > 0) {
    tables.push({
      caption: "Removal of nodes",
      columns: [
        { name: "order" },
        { name: "robustness R", align: "right" },
        { name: "breaks at", align: "right" },
      ],
      rows: removal.map(({ strategy, robustness, breakingPoint }) => [
        strategy,
        significant(robustness, 3),
        breakingPoint > 0 ? percentText(breakingPoint) : "",
      ]),
    });
  }
  if (cascades !== null) {
    tables.push({
      caption: `Losses that do most harm (nodes that stop working, of ${countText(cascades.intact)})`,
      columns: [
        { name: "layer" },
        { name: "node" },
        { name: "together", align: "right" },
        { name: "in its layer alone", align: "right" },
      ],
      rows: cascades.harm
        .slice(0, 10)
        .map(({ layer, node, coupled, alone }) => [
          layer,
          node,
          countText(coupled),
          countText(alone),
        ]),
    });
  }
  if (cascades !== null && cascades.links !== null && cascades.links.length > 0) {
    tables.push({
      caption: "Links whose loss does most harm (nodes that stop working)",
      columns: [
        { name: "layer" },
        { name: "link" },
        { name: "together", align: "right" },
        { name: "in its layer alone", align: "right" },
      ],
      rows: cascades.links
        .slice(0, 6)
        .map(({ layer, from, to, coupled, alone }) => [
          layer,
          `${from} - ${to}`,
          countText(coupled),
          countText(alone),
        ]),
    });
  }
  if (result.effective !== null) tables.push(...fastLayerTables(result.effective));
  tables.push(...importanceTables(result));
  return tables;
}

/** The pictures of a networks result. */
export function networksSections(result: NetworksResult, charts: Charts): FigureSection[] {
  const { spectra, cascades, removal, diffusion } = result;
  return [
    { id: "network", title: "Network", figures: [layeredDrawing(result, charts)] },
    {
      id: "spectra",
      title: "Spectra against coupling",
      figures:
        spectra === null
          ? []
          : [lambdaFigure(result, spectra, charts), radiusFigure(spectra, charts)],
    },
    {
      id: "cascades",
      title: "What breaks",
      figures: [
        ...(cascades === null
          ? []
          : [harmFigure(result, cascades, charts), cascadeFigure(cascades, charts)]),
        ...(removal.length === 0 ? [] : [removalFigure(removal, charts)]),
      ],
    },
    {
      id: "importance",
      title: "What the spectra hang on",
      figures: importanceFigures(result, charts),
    },
    {
      id: "diffusion",
      title: "Diffusion",
      figures: diffusion === null ? [] : [diffusionFigure(result, diffusion, charts)],
    },
    {
      id: "influence",
      title: "Influence",
      figures: result.influence === null ? [] : influenceFigures(result.influence, charts),
    },
  ];
}

type Diffusion = NonNullable<NetworksResult["diffusion"]>;

function diffusionFigure(
  result: NetworksResult,
  diffusion: Diffusion,
  { Plot, draw }: Charts,
): Html {
  const { times, perLayer, from } = diffusion;
  const rows = perLayer.flatMap((amounts, i) =>
    amounts.map((amount, k) => ({ t: times[k]!, amount, i })),
  );
  return figure({
    id: "diffusion-layers",
    title: `Started at ${from[1]} in ${from[0]}`,
    read: "How much of it is in each layer over time. Lines level off where every node holds the same.",
    note: `Estimated error below ${significant(diffusion.largestErrorEstimate, 2)}.`,
    chart: [
      legend(
        result.layers.map(({ name }, i) => ({
          label: name,
          colour: colourOf(i),
          mark: "line" as const,
        })),
      ),
      draw(
        {
          ...frame,
          x: axis("time"),
          y: axis("share in the layer", { domain: [0, 1.02] }),
          color: { type: "identity" },
          marks: [
            Plot.line(rows, {
              x: "t",
              y: "amount",
              z: "i",
              stroke: (d: { i: number }) => colourOf(d.i),
              strokeWidth: 2.2,
            }),
          ],
        },
        "Share in each layer over time",
      ),
    ],
    data: {
      time: times,
      ...Object.fromEntries(result.layers.map(({ name }, i) => [name, perLayer[i]!])),
    },
  });
}

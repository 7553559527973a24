/** The drop of a spectral measure with each node and link, as tables and a picture. */
import { colours, countText, figure, legend, percentText } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, frame } from "../../report/frame.ts";
import { significant } from "../../report/significant.ts";
import type { SummaryTable } from "../../report/summary.ts";
import type { StateNode } from "../multilayer.ts";
import type { NetworksResult } from "../problem/run.ts";
import type { Importance, SpectralImportance } from "../spectral-importance.ts";

const names = {
  spectralRadius: "spectral radius",
  algebraicConnectivity: "algebraic connectivity",
  naturalConnectivity: "natural connectivity",
};

interface Item extends Importance {
  readonly name: string;
  /** Number of its layer; -1 between layers. */
  readonly layer: number;
}

/** The greatest drops of each measure: six links and four nodes. */
export function importanceTables(result: NetworksResult): SummaryTable[] {
  return present(result).map((one) => ({
    caption: `What the ${names[one.measure]} hangs on (drops as shares of its ${significant(one.value, 4)}, and of its value in the layer alone${
      one.method === "exact" ? "" : "; to first order"
    })`,
    columns: [
      { name: "link or node" },
      { name: "together", align: "right" },
      { name: "in its layer alone", align: "right" },
      { name: "rank there", align: "right" },
      { name: "" },
    ],
    rows: [...linksOf(result, one).slice(0, 6), ...nodesOf(result, one).slice(0, 4)].map(
      ({ name, layer, together, alone, rankAlone, hidden }) => [
        name,
        percentText(together / one.value),
        alone === null ? "between" : percentText(share(alone, one.layers[layer]!)),
        rankAlone === null ? "" : countText(rankAlone),
        hidden ? "hidden" : "",
      ],
    ),
  }));
}

/** Every link of the first measure: what it takes together, over what it takes from its layer alone. */
export function importanceFigures(result: NetworksResult, { Plot, draw }: Charts): Html[] {
  return present(result).map((one) => {
    const links = linksOf(result, one);
    const dots = links.flatMap(({ name, layer, together, alone, hidden }) =>
      alone === null
        ? []
        : [
            {
              name,
              layer,
              hidden,
              together: together / one.value,
              alone: share(alone, one.layers[layer]!),
            },
          ],
    );
    const marked = dots.filter(({ hidden }) => hidden).slice(0, 3);
    // From 0 on: an axis that spans the drops alone would spread equal ones by their rounding.
    const percent = (values: readonly number[]) => ({
      tickFormat: (d: number) => `${Math.round(1000 * d) / 10} %`,
      domain: [Math.min(0, ...values), 1.06 * Math.max(1e-6, ...values)] as [number, number],
    });
    return figure({
      id: `importance-${one.measure}`,
      title: `Links that the ${names[one.measure]} hangs on`,
      read: "Each dot is a link inside a layer: what its loss takes from the measure of the coupled network, over what it takes from its own layer's. Named links are among the worst together, and not among the worst of their layer.",
      ...(one.method === "exact"
        ? {}
        : { note: "To first order, from the eigenvectors of the whole network." }),
      chart: [
        legend(
          result.layers.map(({ name }, i) => ({
            label: name,
            colour: colourOf(i),
            mark: "dot" as const,
          })),
        ),
        draw(
          {
            ...frame,
            x: axis("drop in its layer alone", percent(dots.map(({ alone }) => alone))),
            y: axis("drop together", percent(dots.map(({ together }) => together))),
            color: { type: "identity" },
            marks: [
              Plot.dot(dots, {
                x: "alone",
                y: "together",
                r: 4.5,
                fill: (d: { layer: number }) => colourOf(d.layer),
                fillOpacity: 0.65,
                stroke: (d: { layer: number }) => colourOf(d.layer),
              }),
              Plot.text(marked, {
                x: "alone",
                y: "together",
                text: "name",
                dy: -12,
                textAnchor: "start",
                fill: colours.ink,
                stroke: colours.paper,
                strokeWidth: 4,
              }),
            ],
          },
          `Drop of the ${names[one.measure]} with each link, together over alone`,
        ),
      ],
      data: {
        link: links.map(({ name }) => name),
        together: links.map(({ together }) => together),
        alone: links.map(({ alone }) => alone ?? ""),
        hidden: links.map(({ hidden }) => (hidden ? 1 : 0)),
      },
    });
  });
}

/** A network in parts has an algebraic connectivity of 0: nothing hangs on anything. */
const present = ({ importance }: NetworksResult): readonly SpectralImportance[] =>
  importance.filter(({ value }) => value > 1e-12);

const share = (drop: number, value: number): number => (value > 1e-12 ? drop / value : 0);

const numberOf = ({ layers }: NetworksResult, [layer]: StateNode): number =>
  layers.findIndex(({ name }) => name === layer);

function linksOf(result: NetworksResult, { links }: SpectralImportance): Item[] {
  return links.map((link) => {
    const [{ 0: a, 1: i }, { 0: b, 1: j }] = [link.from, link.to];
    return {
      ...link,
      name: a === b ? `${a} ${i} - ${j}` : `${a} ${i} - ${b} ${j}`,
      layer: a === b ? numberOf(result, link.from) : -1,
    };
  });
}

function nodesOf(result: NetworksResult, { nodes }: SpectralImportance): Item[] {
  return nodes.map((node) => ({
    ...node,
    name: node.at.join(" "),
    layer: numberOf(result, node.at),
  }));
}

/** Figures of the spectra over the strength of the coupling between layers. */
import { colours, figure, legend } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, extent, frame, logTicks } from "../../report/frame.ts";
import { significant } from "../../report/significant.ts";
import type { NetworksResult } from "../problem/run.ts";
import { roundingOf } from "./connectivity-text.ts";

type Spectra = NonNullable<NetworksResult["spectra"]>;

/** The strengths at which the whole is connected. */
function connectedAt({ strengths, algebraicConnectivity }: Spectra, rounding: number) {
  return strengths.flatMap((strength, i) => {
    const value = algebraicConnectivity[i]!;
    return strength > 0 && value > rounding ? [{ strength, value }] : [];
  });
}

/** The layers that are connected by themselves. */
function connectedLayers({ layers }: NetworksResult, rounding: number) {
  return layers.flatMap(({ name, algebraicConnectivity: value }, i) =>
    value !== null && value > rounding ? [{ name, value, i }] : [],
  );
}

/** Algebraic connectivity over the strength of the coupling. */
export function lambdaFigure(
  result: NetworksResult,
  spectra: Spectra,
  { Plot, draw }: Charts,
): Html {
  const rounding = roundingOf(result);
  const rows = connectedAt(spectra, rounding);
  const own = connectedLayers(result, rounding);
  const { transition, slope } = spectra;
  const limit = (spectra.limit ?? 0) < rounding ? null : spectra.limit;
  const all = [...rows, ...own].map(({ value }) => value).concat(limit ?? []);
  const [low, high] = extent(all);
  const straight = slope === null ? [] : slopeLine(rows, slope, [low, high]);
  return figure({
    id: "lambda",
    title: "How fast the coupled network relaxes",
    read:
      transition === null
        ? "Weak coupling is the bottleneck on the left; on the right the line levels off, when layers act as one. Coloured lines are the layers alone."
        : "Left of p* the layers are two networks and λ₂ grows with the coupling; right of it they are one. Above every layer's own line diffusion is faster than in any layer: superdiffusion.",
    chart: [
      lambdaLegend(own, limit, straight.length > 0),
      draw(
        {
          ...frame,
          x: axis(
            "strength of the coupling between layers",
            logTicks(rows.map(({ strength }) => strength)),
          ),
          y: axis("algebraic connectivity λ₂", {
            ...logTicks(all, [0.8 * low, 1.4 * high]),
          }),
          color: { type: "identity" },
          marks: [
            Plot.line(straight, {
              x: "strength",
              y: "value",
              stroke: colours.rule,
              strokeWidth: 4,
            }),
            Plot.ruleY(own.slice(0, 6), {
              y: "value",
              stroke: (d: { i: number }) => colourOf(d.i),
              strokeDasharray: "6 4",
            }),
            Plot.ruleY(limit === null ? [] : [limit], {
              stroke: colours.muted,
              strokeDasharray: "2 4",
            }),
            ...(transition === null
              ? []
              : [
                  Plot.ruleX([transition], { stroke: colours.alarm, strokeDasharray: "3 3" }),
                  Plot.text([transition], {
                    x: (d: number) => d,
                    frameAnchor: "bottom",
                    dx: 5,
                    dy: -6,
                    textAnchor: "start",
                    text: () => `p* = ${significant(transition, 3)}`,
                    fill: colours.alarm,
                  }),
                ]),
            Plot.line(rows, { x: "strength", y: "value", stroke: colours.ink, strokeWidth: 2.2 }),
            Plot.dot(rows, { x: "strength", y: "value", fill: colours.ink, r: 2.4 }),
          ],
        },
        "Algebraic connectivity over the strength of the coupling",
      ),
    ],
    data: {
      strength: spectra.strengths,
      algebraicConnectivity: spectra.algebraicConnectivity,
      spectralRadius: spectra.spectralRadius,
    },
  });
}

/** `slope * strength`, the algebraic connectivity of weakly coupled layers, where it is in the picture. */
function slopeLine(
  rows: readonly { readonly strength: number }[],
  slope: number,
  [low, high]: readonly [number, number],
): { readonly strength: number; readonly value: number }[] {
  return rows
    .map(({ strength }) => ({ strength, value: slope * strength }))
    .filter(({ value }) => value <= 1.3 * high && value >= 0.7 * low);
}

function lambdaLegend(
  own: readonly { readonly name: string; readonly i: number }[],
  limit: number | null,
  straight: boolean,
): Html {
  return legend([
    { label: "λ₂ of the whole", colour: colours.ink, mark: "line" },
    ...own.slice(0, 6).map(({ name, i }) => ({
      label: `${name} alone`,
      colour: colourOf(i),
      mark: "dash" as const,
    })),
    ...(limit === null
      ? []
      : [{ label: "limit of strong coupling", colour: colours.muted, mark: "dash" as const }]),
    ...(straight
      ? [
          {
            label: "two networks: λ₂ grows with the coupling",
            colour: colours.rule,
            mark: "line" as const,
          },
        ]
      : []),
  ]);
}

/** Epidemic threshold over the strength of the coupling. */
export function radiusFigure(spectra: Spectra, { Plot, draw }: Charts): Html {
  const rows = spectra.strengths.flatMap((strength, i) => {
    const radius = spectra.spectralRadius[i]!;
    return strength > 0 && radius > 0 ? [{ strength, threshold: 1 / radius }] : [];
  });
  return figure({
    id: "threshold",
    title: "Epidemic threshold",
    read: "Above the line an infection stays. It is flat while the layer with the largest spectral radius decides alone, and falls once links between layers carry the disease.",
    chart: draw(
      {
        ...frame,
        x: axis(
          "strength of the coupling between layers",
          logTicks(rows.map(({ strength }) => strength)),
        ),
        y: axis("infection rate over recovery rate", { zero: true }),
        marks: [
          Plot.areaY(rows, { x: "strength", y: "threshold", fill: colours.band, fillOpacity: 0.5 }),
          Plot.line(rows, { x: "strength", y: "threshold", stroke: colourOf(3), strokeWidth: 2.2 }),
          Plot.dot(rows, { x: "strength", y: "threshold", fill: colourOf(3), r: 2.4 }),
        ],
      },
      "Epidemic threshold over the strength of the coupling",
    ),
  });
}

/** How an opinion spreads: pictures. */
import { colours, figure, fixedText, legend, percentText } from "couplet/report";
import type { Charts, Html } from "couplet/report";
import { axis, colourOf, frame } from "../../report/frame.ts";
import type { InfluenceReport } from "../problem/influence.ts";

/** A line on how an opinion spreads. */
export function influenceHeadline({ cascades, people, voter, seeds }: InfluenceReport): {
  readonly label: string;
  readonly value: string;
  readonly note: string;
} {
  const ends = cascades.map(({ name, counts }) => `${name} ${counts.at(-1)!}`);
  return {
    label: `Adopt from ${seeds.slice(0, 3).join(", ")}`,
    value: `${cascades[0]!.counts.at(-1)!} of ${people}`,
    note: `thresholds: ${ends.join(", ")}${
      voter.consensus === null
        ? ""
        : `; by copying all end so with probability ${fixedText(voter.consensus, 3)}`
    }`,
  };
}

/** Adoption by thresholds over rounds, and the voter model over time. */
export function influenceFigures(report: InfluenceReport, charts: Charts): Html[] {
  return [cascadeFigure(report, charts), voterFigure(report, charts)];
}

const share = { domain: [0, 1.02] as [number, number], tickFormat: (d: number) => percentText(d) };

function cascadeFigure(
  { cascades, people, threshold, rule }: InfluenceReport,
  { Plot, draw }: Charts,
): Html {
  const last = Math.max(...cascades.map(({ counts }) => counts.length - 1), 1);
  const colour = (i: number): string => (i === 0 ? colours.ink : colourOf(i - 1));
  const rows = cascades.flatMap(({ counts }, i) =>
    Array.from({ length: last + 1 }, (_, round) => ({
      i,
      round,
      share: (counts[round] ?? counts.at(-1)!) / people,
    })),
  );
  const circle = { together: "all contacts together", any: "some layer", all: "every layer" }[rule];
  return figure({
    id: "thresholds",
    title: "Adoption by thresholds",
    read: `Everyone adopts once ${percentText(threshold)} of their contacts have (${circle}). A threshold is no diffusion: more contacts may stop what fewer would pass on.`,
    chart: [
      legend(
        cascades.map(({ name }, i) => ({ label: name, colour: colour(i), mark: "line" as const })),
      ),
      draw(
        {
          ...frame,
          x: axis("round", { ticks: Math.min(10, last), tickFormat: "d" }),
          y: axis("have adopted", share),
          color: { type: "identity" },
          marks: [
            Plot.line(rows, {
              x: "round",
              y: "share",
              z: "i",
              stroke: (d: { i: number }) => colour(d.i),
              strokeWidth: 2.2,
              curve: "step-after",
            }),
          ],
        },
        "Share that has adopted over rounds",
      ),
    ],
    data: {
      curve: rows.map(({ i }) => cascades[i]!.name),
      round: rows.map(({ round }) => round),
      share: rows.map((row) => row.share),
    },
  });
}

function voterFigure({ voter }: InfluenceReport, { Plot, draw }: Charts): Html {
  const { times, expected, runs, consensus } = voter;
  const rows = runs.flatMap((values, run) =>
    values.map((value, k) => ({ run, t: times[k]!, share: value })),
  );
  return figure({
    id: "voter",
    title: "Opinion by copying",
    read: `Thin lines are single runs in which people copy a contact now and then${
      consensus === null ? "" : "; each ends with all or none"
    }. The thick line is the mean of all possible runs, and it is linear diffusion${
      consensus === null ? "." : "; the dashed one is where it ends, the probability of all."
    }`,
    chart: [
      legend([
        { label: "mean of all runs: diffusion", colour: colours.ink, mark: "line" },
        { label: "single runs", colour: colourOf(0), mark: "line" },
        ...(consensus === null
          ? []
          : [{ label: "probability of all", colour: colours.alarm, mark: "dash" as const }]),
      ]),
      draw(
        {
          ...frame,
          x: axis("time"),
          y: axis("share with the opinion", share),
          marks: [
            Plot.line(rows, {
              x: "t",
              y: "share",
              z: "run",
              stroke: colourOf(0),
              strokeWidth: 0.9,
              strokeOpacity: 0.6,
            }),
            Plot.ruleY(consensus === null ? [] : [consensus], {
              stroke: colours.alarm,
              strokeDasharray: "4 3",
            }),
            Plot.line(
              times.map((t, k) => ({ t, share: expected[k]! })),
              { x: "t", y: "share", stroke: colours.ink, strokeWidth: 2.4 },
            ),
          ],
        },
        "Share with the opinion over time",
      ),
    ],
    data: {
      time: times,
      expected,
      ...Object.fromEntries(runs.map((values, run) => [`run ${run + 1}`, values])),
    },
  });
}

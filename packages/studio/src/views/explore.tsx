/** A model looked at: the verdict, pairs of columns, single columns. */
import { percentText } from "couplet/report";
import { useEffect, useState } from "preact/hooks";
import { Chart } from "../parts/chart.tsx";
import { PairChoice } from "../parts/pair-choice.tsx";
import { PairPicture } from "../parts/pair-picture.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { words, workbench } from "../state/worker.ts";
import { model, notice, pair, table } from "../state/studio.ts";
import type { Marginal, PairAnswer } from "../worker/answers.ts";

export function ExploreView() {
  const opened = model.value!;
  const picture = usePair();
  return (
    <>
      <h1>What the model has learnt</h1>
      <div class="picture-and-words">
        <section>
          <PairChoice names={opened.columns.map(({ name }) => name)} />
          {picture === undefined ? (
            <p class="empty tall">Drawing rows of the model …</p>
          ) : (
            <PairPicture pair={picture} height={460} />
          )}
        </section>
        <section>
          <Verdict model={opened} />
          {opened.relations.length > 0 && (
            <p class="muted">Kept in every sample: {opened.relations.join("; ")}.</p>
          )}
        </section>
      </div>
      <Marginals />
    </>
  );
}

function usePair(): PairAnswer | undefined {
  const [picture, setPicture] = useState<PairAnswer>();
  const [opened, chosen] = [model.value, pair.value];
  useEffect(() => {
    if (chosen === undefined) return undefined;
    let isOld = false;
    const ask = async (): Promise<void> => {
      try {
        const answer = await workbench.pair(chosen);
        if (!isOld) setPicture(answer);
      } catch (error) {
        if (!isOld) notice.value = { kind: "error", text: words(error) };
      }
    };
    void ask();
    return () => {
      isOld = true;
    };
  }, [opened, chosen]);
  return picture;
}

function Marginals() {
  const [columns, setColumns] = useState<readonly Marginal[]>();
  const opened = model.value;
  useEffect(() => {
    let isOld = false;
    workbench.marginals().then(
      (answer) => !isOld && setColumns(answer),
      () => undefined,
    );
    return () => {
      isOld = true;
    };
  }, [opened]);
  if (columns === undefined) return null;
  return (
    <section>
      <h2>Each column</h2>
      <p class="legend">
        {table.value !== undefined && (
          <>
            <span class="key blue" /> rows of the table{" "}
          </>
        )}
        <span class="key orange" /> 10,000 rows of the model
      </p>
      <div class="marginals">
        {columns.map((column) => (
          <figure key={column.axis.name}>
            <h3>{column.axis.name}</h3>
            {column.axis.labels === undefined ? (
              <Histogram column={column} />
            ) : (
              <Bars column={column} />
            )}
          </figure>
        ))}
      </div>
    </section>
  );
}

function Histogram({ column }: { readonly column: Marginal }) {
  const { axis, places, real, model: own } = column;
  const at = (place: number): number | Date => (axis.kind === "date" ? new Date(place) : place);
  const bins = own.map((share, i) => ({
    from: at(places[i]!),
    to: at(places[i + 1]!),
    model: share,
    real: real?.[i] ?? 0,
  }));
  return (
    <Chart
      height={150}
      by={[column]}
      label={`Distribution of ${axis.name} in the table and among rows of the model`}
      draw={(plot, width) => ({
        width,
        marginLeft: 8,
        marginRight: 8,
        marginTop: 8,
        marginBottom: 26,
        x: {
          label: null,
          ticks: Math.max(2, Math.round(width / 90)),
          ...(axis.kind === "date" ? { type: "utc" as const } : {}),
        },
        y: { axis: null },
        marks: [
          plot.rectY(bins, {
            x1: "from",
            x2: "to",
            y: "real",
            fill: "var(--series-1)",
            fillOpacity: 0.35,
            inset: 0,
          }),
          plot.line(
            bins.flatMap(({ from, to, model: y }) => [
              { x: from, y },
              { x: to, y },
            ]),
            { x: "x", y: "y", stroke: "var(--series-2)", strokeWidth: 1.8 },
          ),
          plot.ruleY([0], { stroke: "var(--rule)" }),
        ],
      })}
    />
  );
}

/** Most values that are shown one by one. */
const MOST_BARS = 8;

function Bars({ column }: { readonly column: Marginal }) {
  const { axis, real, model: own } = column;
  const order = own.map((_, i) => i).sort((a, b) => (real ?? own)[b]! - (real ?? own)[a]!);
  const shown = order.slice(0, MOST_BARS);
  const most = Math.max(...own, ...(real ?? []), 1e-9);
  return (
    <>
      <ul class="bars">
        {shown.map((i) => (
          <li key={i}>
            <span class="name" title={axis.labels![i]}>
              {axis.labels![i] === "" ? "(empty)" : axis.labels![i]}
            </span>
            <span class="lines">
              {real !== undefined && (
                <i class="blue" style={{ width: `${(100 * real[i]!) / most}%` }} />
              )}
              <i class="orange" style={{ width: `${(100 * own[i]!) / most}%` }} />
            </span>
            <span class="share">{percentText((real ?? own)[i]!)}</span>
          </li>
        ))}
      </ul>
      {order.length > shown.length && (
        <p class="muted">and {order.length - shown.length} more values</p>
      )}
    </>
  );
}

/** A fit under way: progress, losses beside simple models, the density as it forms. */
import { countText, durationText, fixedText } from "couplet/report";
import type { PlotOptions } from "@observablehq/plot";
import { Chart } from "../parts/chart.tsx";
import { PairChoice } from "../parts/pair-choice.tsx";
import { PairPicture } from "../parts/pair-picture.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { startFit, stopFit } from "../state/fits.ts";
import { fit, frame, isFitting, model, recipe, schema, view } from "../state/studio.ts";
import type { FitState } from "../state/studio.ts";

export function FitView() {
  const state = fit.value;
  if (state === undefined) return <NotYet />;
  const names = (schema.value?.columns ?? [])
    .filter(({ type }) => !["constant", "identifier", "text"].includes(type))
    .map(({ name }) => name);
  return (
    <>
      <Progress state={state} />
      {!isFitting.value && model.value !== undefined && <Verdict model={model.value} />}
      <div class="two">
        <section>
          <h2>Loss</h2>
          <LossChart state={state} />
        </section>
        <section>
          <h2>Density as it forms</h2>
          <PairChoice names={names} />
          {frame.value === undefined ? (
            <p class="empty">
              {isFitting.value
                ? "The first picture comes with the first step."
                : "No picture was made."}
            </p>
          ) : (
            <PairPicture pair={frame.value} height={340} />
          )}
        </section>
      </div>
      {state.warnings.length > 0 && (
        <ul class="warnings">
          {state.warnings.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function NotYet() {
  return (
    <div class="empty">
      <h1>No fit yet</h1>
      <p>
        {model.value === undefined
          ? "A fit learns the distribution of the table’s rows. It takes seconds to minutes, and can be stopped at any time."
          : recipe.value === undefined
            ? "The model that is open came from a file. A fit makes a new one of the open table."
            : "The model that is open was fitted at an earlier visit. A fit makes a new one."}
      </p>
      <button
        type="button"
        class="main"
        disabled={schema.value === undefined}
        onClick={() => void startFit()}
      >
        Fit a model
      </button>
    </div>
  );
}

function Progress({ state }: { readonly state: FitState }) {
  const last = state.epochs.at(-1);
  const running = isFitting.value;
  const gain = gainOf(state);
  return (
    <section class="progress-card" aria-label="Progress">
      <div class="progress-head">
        <h1 aria-live="polite">{heading(state)}</h1>
        {running && (
          <button
            type="button"
            class="main"
            disabled={state.status === "stopping"}
            onClick={() => void stopFit()}
          >
            {state.status === "stopping" ? "Stopping" : "Stop and keep the model"}
          </button>
        )}
        {!running && model.value !== undefined && (
          <button type="button" class="main" onClick={() => (view.value = "explore")}>
            Explore the model
          </button>
        )}
      </div>
      <progress value={state.fraction} max={1} aria-label="Share of the work" />
      <dl class="figures">
        <Figure label="Epoch" value={last === undefined ? "–" : countText(last.epoch)} />
        <Figure
          label="Loss, nats a row"
          value={last === undefined ? "–" : fixedText(last.validation, 3)}
        />
        <Figure
          label={
            gain !== undefined && gain < 0
              ? "Behind the best simple model by"
              : "Better than the best simple model by"
          }
          value={gain === undefined ? "–" : `${fixedText(Math.abs(gain), 2)} nats`}
        />
        <Figure
          label="Rows a second"
          value={state.rowsPerSecond > 0 ? countText(Math.round(state.rowsPerSecond)) : "–"}
        />
        <Figure label="Time" value={durationText(state.elapsedMs)} />
        {running && (
          <Figure
            label="At most"
            value={state.leftMs === undefined ? "–" : `${durationText(state.leftMs)} more`}
          />
        )}
      </dl>
    </section>
  );
}

function heading({ status, words }: FitState): string {
  if (status === "done") return "The model is ready";
  if (status === "failed") return "The fit failed";
  return `${words} …`;
}

/** How much lower the best loss is than that of the best simple model; on other rows than the report, so the report may differ. */
function gainOf({ epochs, simple, gaussianLoss }: FitState): number | undefined {
  if (epochs.length === 0) return undefined;
  const best = Math.min(...epochs.map(({ validation }) => validation));
  const losses = [...simple.map(({ loss }) => loss), gaussianLoss ?? NaN].filter(Number.isFinite);
  return losses.length === 0 ? undefined : Math.min(...losses) - best;
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function LossChart({ state }: { readonly state: FitState }) {
  const { epochs, simple, gaussianLoss } = state;
  if (epochs.length === 0) return <p class="empty">Losses appear after the first epoch.</p>;
  const marks =
    simple.length > 0
      ? simple
      : gaussianLoss === undefined
        ? []
        : [{ name: "Gaussian", loss: gaussianLoss }];
  return (
    <>
      <Chart
        height={340}
        by={[epochs.length, simple.length]}
        label={`Validation loss ${fixedText(epochs.at(-1)!.validation, 2)} nats a row after ${epochs.length} epochs`}
        draw={(plot, width): PlotOptions => lossOptions(plot, width, epochs, marks)}
      />
      <p class="legend">
        <span class="key blue" /> rows that choose the epoch <span class="key orange" /> training
        rows <span class="key dashed" /> simple models, on held-out rows. Lower is better.
      </p>
    </>
  );
}

function lossOptions(
  plot: typeof import("@observablehq/plot"),
  width: number,
  epochs: FitState["epochs"],
  marks: readonly { readonly name: string; readonly loss: number }[],
): PlotOptions {
  // The first epochs fall from far above: where they would flatten the rest they are cut off.
  const losses = epochs
    .flatMap(({ train, validation }) => [train, validation])
    .filter(Number.isFinite);
  const sorted = losses.toSorted((a, b) => a - b);
  const lowest = Math.min(sorted[0]!, ...marks.map(({ loss }) => loss));
  const high = Math.max(
    sorted[Math.floor(0.97 * (sorted.length - 1))]!,
    ...marks.map(({ loss }) => loss),
  );
  const room = 0.06 * Math.max(high - lowest, 0.1);
  return {
    width,
    marginLeft: 48,
    marginRight: 12,
    x: { label: "epoch", ticks: 6, domain: [0, Math.max(10, epochs.length)] },
    y: {
      label: "nats a row",
      domain: [lowest - room, high + room],
      grid: true,
      ticks: 6,
      clamp: true,
    },
    marks: [
      plot.ruleY(marks, { y: "loss", stroke: "var(--muted)", strokeDasharray: "4 4" }),
      plot.text(marks, {
        y: "loss",
        text: "name",
        frameAnchor: "right",
        textAnchor: "end",
        dy: -7,
        fill: "var(--muted)",
        stroke: "var(--paper)",
        strokeWidth: 4,
      }),
      plot.line(epochs, { x: "epoch", y: "train", stroke: "var(--series-2)", strokeWidth: 1.3 }),
      plot.line(epochs, { x: "epoch", y: "validation", stroke: "var(--series-1)", strokeWidth: 2 }),
    ],
  };
}

/** What the rest of a row looks like once some of it is set. */
import { countText, durationText, percentText } from "couplet/report";
import { useEffect, useState } from "preact/hooks";
import { placeText } from "../parts/pair-picture.tsx";
import { words, workbench } from "../state/worker.ts";
import { model } from "../state/studio.ts";
import type { Axis, ColumnOutlook, ModelColumn, WhatIfAnswer } from "../worker/answers.ts";

type Setting = Readonly<Record<string, string>>;

export function WhatIfView() {
  const opened = model.value!;
  const [set, setSet] = useState<Setting>({});
  const [seed, setSeed] = useState(1);
  const { answer, problem, isAsking } = useAnswer(set, seed);
  const needed = opened.columns.filter(
    ({ role, name }) => role === "given" && set[name] === undefined,
  );
  const change = (name: string, value: string | undefined): void => {
    const { [name]: _, ...others } = set;
    setSet(value === undefined ? others : { ...others, [name]: value });
  };
  return (
    <>
      <section class="intro">
        <div>
          <h1>What if some of a row is known?</h1>
          <p class="lead">
            Set any columns: a value, or a range such as <code>30..40</code>. The others follow from
            the model.
          </p>
        </div>
        <div class="actions">
          <button type="button" disabled={Object.keys(set).length === 0} onClick={() => setSet({})}>
            Clear
          </button>
          <button type="button" onClick={() => setSeed(seed + 1)}>
            Draw again
          </button>
        </div>
      </section>
      <p class="summary" aria-live="polite">
        {needed.length > 0
          ? `The model is conditional: set ${needed.map(({ name }) => name).join(", ")} first.`
          : (problem ?? summary(answer, isAsking))}
      </p>
      <div class={`outlook ${isAsking ? "asking" : ""}`}>
        {opened.columns.map((column) => (
          <div key={column.name} class={set[column.name] === undefined ? "column" : "column set"}>
            <ColumnControl
              column={column}
              value={set[column.name]}
              onChange={(value) => change(column.name, value)}
            />
            <OutlookOf outlook={answer?.columns.find((one) => one.column.name === column.name)} />
          </div>
        ))}
      </div>
      <p class="legend">
        <span class="key orange" /> under these conditions <span class="key grey" /> in the whole
        table. Boxes hold the middle half, lines nine of ten.
      </p>
      {answer !== undefined && <SampleRows answer={answer} />}
    </>
  );
}

/** Rows of the first answer, which is there at once, and of the one that follows it: more in the first would have to be looked for under a range. */
const DRAWS = [40, 1000];

/** The answer to the newest question, or why it has none. */
type Shown = { readonly answer?: WhatIfAnswer; readonly problem?: string };

/** Asks at once; the worker ends what it was asked before. */
function useAnswer(set: Setting, seed: number): Shown & { readonly isAsking: boolean } {
  const [shown, setShown] = useState<Shown>({});
  const [isAsking, setAsking] = useState(false);
  const opened = model.value!;
  const isReady = opened.columns.every(
    ({ role, name }) => role !== "given" || set[name] !== undefined,
  );
  useEffect(() => {
    let isOld = false;
    const ask = async (): Promise<void> => {
      setAsking(true);
      for (const draws of DRAWS) {
        const next = await answerTo(set, seed, draws);
        if (isOld) return;
        setShown(next);
        if (next.problem !== undefined) break;
      }
      setAsking(false);
    };
    if (isReady) void ask();
    else {
      setShown({});
      setAsking(false);
    }
    return () => {
      isOld = true;
    };
  }, [opened, set, seed, isReady]);
  return { ...shown, isAsking };
}

async function answerTo(set: Setting, seed: number, draws: number): Promise<Shown> {
  try {
    return { answer: await workbench.whatIf(set, seed, draws) };
  } catch (error) {
    return { problem: words(error) };
  }
}

function summary(answer: WhatIfAnswer | undefined, isAsking: boolean): string {
  if (answer === undefined) return "Drawing rows of the model …";
  const { report, drawn, milliseconds } = answer;
  const time = isAsking ? "drawing more …" : durationText(milliseconds);
  if (report === undefined)
    return `${countText(drawn)} rows of the model, without a condition (${time}).`;
  const rows =
    report.expectedRows < 10
      ? report.expectedRows.toFixed(1)
      : countText(Math.round(report.expectedRows));
  const few =
    report.expectedRows < 30 ? " The model has seen few such rows: take the rest with care." : "";
  return `${report.condition}: about ${rows} rows of the table are like this; ${countText(drawn)} draws worth ${countText(Math.round(report.effective))} independent ones (${time}).${few}`;
}

function ColumnControl({
  column,
  value,
  onChange,
}: {
  readonly column: ModelColumn;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}) {
  const { name, values, role } = column;
  return (
    <label class="control">
      <span class="name">{name}</span>
      {values === undefined ? (
        <input
          type="text"
          placeholder={role === "given" ? "a value" : "any"}
          value={value ?? ""}
          disabled={role === "computed"}
          onInput={(event) => {
            const text = event.currentTarget.value.trim();
            onChange(text === "" ? undefined : text);
          }}
        />
      ) : (
        <select
          value={value ?? "\u0000"}
          disabled={role === "computed"}
          onChange={(event) => {
            const text = event.currentTarget.value;
            onChange(text === "\u0000" ? undefined : text);
          }}
        >
          <option value={"\u0000"}>{role === "given" ? "choose a value" : "any"}</option>
          {values.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      )}
    </label>
  );
}

function OutlookOf({ outlook }: { readonly outlook: ColumnOutlook | undefined }) {
  if (outlook === undefined) return <div class="outlook-place" />;
  return outlook.now === undefined ? (
    <Shares outlook={outlook} />
  ) : (
    <Box axis={outlook.axis} now={outlook.now} before={outlook.before!} />
  );
}

/** Quantiles as a box on the axis: the middle half, the middle nine tenths, the median. */
function Box({
  axis,
  now,
  before,
}: {
  readonly axis: Axis;
  readonly now: readonly number[];
  readonly before: readonly number[];
}) {
  const at = (place: number): number =>
    Math.max(0, Math.min(100, (100 * (place - axis.low)) / (axis.high - axis.low)));
  const line = (q: readonly number[], kind: string) => (
    <span class={`box ${kind}`}>
      <i class="whisker" style={{ left: `${at(q[0]!)}%`, width: `${at(q[4]!) - at(q[0]!)}%` }} />
      <i
        class="half"
        style={{ left: `${at(q[1]!)}%`, width: `${Math.max(0.6, at(q[3]!) - at(q[1]!))}%` }}
      />
      <i class="median" style={{ left: `${at(q[2]!)}%` }} />
    </span>
  );
  const text = (q: number): string =>
    axis.kind === "date" ? placeText(axis, q) : String(Number(q.toPrecision(4)));
  return (
    <div class="outlook-place">
      {line(before, "was")}
      {line(now, "now")}
      <span class="words">
        median <strong>{text(now[2]!)}</strong>, 9 of 10 within {text(now[0]!)} to {text(now[4]!)}
      </span>
    </div>
  );
}

const MOST_SHARES = 5;

function Shares({ outlook }: { readonly outlook: ColumnOutlook }) {
  const { axis, sharesNow = [], sharesBefore = [] } = outlook;
  const order = sharesNow.map((_, i) => i).sort((a, b) => sharesNow[b]! - sharesNow[a]!);
  const most = Math.max(...sharesNow, ...sharesBefore, 1e-9);
  return (
    <ul class="bars outlook-place">
      {order.slice(0, MOST_SHARES).map((i) => (
        <li key={i}>
          <span class="name" title={axis.labels![i]}>
            {axis.labels![i]}
          </span>
          <span class="lines">
            <i class="grey" style={{ width: `${(100 * sharesBefore[i]!) / most}%` }} />
            <i class="orange" style={{ width: `${(100 * sharesNow[i]!) / most}%` }} />
          </span>
          <span class="share">{percentText(sharesNow[i]!)}</span>
        </li>
      ))}
    </ul>
  );
}

function SampleRows({ answer }: { readonly answer: WhatIfAnswer }) {
  return (
    <section>
      <h2>Rows like this</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Rows of the model">
        <table class="cells">
          <thead>
            <tr>
              {answer.names.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {answer.sample.map((cells, i) => (
              <tr key={i}>
                {cells.map((cell, j) => (
                  <td key={j}>{cell ?? <span class="missing">missing</span>}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

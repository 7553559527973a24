/** The table: its columns with reasons, types to change, conditions, its first rows. */
import { bytesText } from "../parts/bytes-text.ts";
import { download } from "../parts/download.ts";
import { countText, durationText } from "couplet/report";
import type { InferredColumn } from "../worker/answers.ts";
import { COLUMN_TYPES } from "couplet/table";
import type { ColumnType } from "couplet/table";
import { declareGiven, declareType } from "../state/actions.ts";
import { startFit } from "../state/fits.ts";
import { during } from "../state/shown.ts";
import {
  anyCondition,
  given,
  isFitting,
  minutes,
  passes,
  schema,
  schemaProblem,
  table,
  types,
  view,
} from "../state/studio.ts";

import { workbench } from "../state/worker.ts";

/** Types that the model says nothing about. */
const LEFT_OUT = new Set<ColumnType>(["constant", "identifier", "text"]);

export function DataView() {
  const opened = table.value!;
  return (
    <>
      <section class="intro">
        <div>
          <h1>What the columns are</h1>
          <p class="lead">
            Read {countText(opened.rows)} rows ({bytesText(opened.bytes)}) in{" "}
            {durationText(opened.milliseconds)}
            {opened.notes.map((note) => `; ${note}`).join("")}. Change a type where it is wrong,
            then fit.
          </p>
        </div>
        <FitPanel />
      </section>
      {schemaProblem.value !== undefined && (
        <p class="notice error" role="alert">
          <span>{schemaProblem.value} Declare the column’s type below to go on.</span>
        </p>
      )}
      <Columns />
      {schema.value !== undefined && (
        <p class="hint">
          <button
            type="button"
            class="link"
            onClick={() =>
              void during("Looking for relations between columns", async () =>
                download("schema.json", await workbench.schemaJson()),
              )
            }
          >
            Save the schema
          </button>{" "}
          as a file, to edit and to give to <code>couplet fit --schema</code>.
        </p>
      )}
      <Warnings />
      <FirstRows />
    </>
  );
}

function FitPanel() {
  const isReady = schema.value !== undefined && schemaProblem.value === undefined;
  return (
    <div class="fit-panel">
      {isFitting.value ? (
        <button type="button" class="main" onClick={() => (view.value = "fit")}>
          Back to the fit
        </button>
      ) : (
        <button type="button" class="main" disabled={!isReady} onClick={() => void startFit()}>
          Fit a model
        </button>
      )}
      <label>
        <span>At most</span>
        <select
          value={minutes.value ?? ""}
          onChange={(event) => {
            const { value } = event.currentTarget;
            minutes.value = value === "" ? undefined : Number(value);
          }}
        >
          <option value="">as long as it improves</option>
          <option value="0.5">30 seconds</option>
          <option value="2">2 minutes</option>
          <option value="10">10 minutes</option>
        </select>
      </label>
      <label>
        <span>Training</span>
        <select
          value={passes.value ?? ""}
          onChange={(event) => {
            const { value } = event.currentTarget;
            passes.value = value === "" ? undefined : Number(value);
          }}
        >
          <option value="">thorough</option>
          <option value="40">quick: 40 passes over the rows</option>
          <option value="15">a first look: 15 passes</option>
        </select>
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={anyCondition.value && given.value.length === 0}
          disabled={given.value.length > 0}
          onChange={(event) => (anyCondition.value = event.currentTarget.checked)}
        />
        <span>Quick answers to “what if” (a quarter more time)</span>
      </label>
    </div>
  );
}

function Columns() {
  const columns = schema.value?.columns ?? [];
  const names = columns.length > 0 ? columns.map(({ name }) => name) : table.value!.names;
  const byName = new Map(columns.map((column) => [column.name, column]));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Columns">
      <table class="columns">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col" title="The model is of the other columns, given these">
              Given
            </th>
            <th scope="col">What the model keeps</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {names.map((name) => {
            const column = byName.get(name);
            const isOut = column !== undefined && LEFT_OUT.has(column.type);
            return (
              <tr key={name} class={isOut ? "out" : ""}>
                <th scope="row">{name}</th>
                <td>
                  <TypeSelect name={name} type={column?.type} />
                </td>
                <td class="center">
                  <input
                    type="checkbox"
                    aria-label={`${name} is given`}
                    checked={given.value.includes(name)}
                    disabled={isOut || column === undefined}
                    onChange={(event) => void declareGiven(name, event.currentTarget.checked)}
                  />
                </td>
                <td class="detail">{isOut ? "left out" : column?.detail}</td>
                <td class="why">{whyOf(column, types.value[name])}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Why a column is what it is; a declared type holds once the columns have been looked at again. */
function whyOf(column: InferredColumn | undefined, declared: ColumnType | undefined): string {
  if (declared === undefined) return column?.reason ?? "";
  if (column?.type === declared) return "declared here";
  return schemaProblem.value === undefined ? "looking again …" : "see the message above";
}

function TypeSelect({
  name,
  type,
}: {
  readonly name: string;
  readonly type: ColumnType | undefined;
}) {
  const declared = types.value[name];
  return (
    <select
      aria-label={`Type of ${name}`}
      class={declared === undefined ? "" : "declared"}
      value={declared ?? ""}
      onChange={(event) => {
        const { value } = event.currentTarget;
        void declareType(name, value === "" ? undefined : (value as ColumnType));
      }}
    >
      <option value="">
        {type === undefined || declared !== undefined ? "as inferred" : type}
      </option>
      {COLUMN_TYPES.filter(
        (one) => one !== "constant" && (one !== type || declared !== undefined),
      ).map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  );
}

function Warnings() {
  const warnings = schema.value?.warnings ?? [];
  if (warnings.length === 0) return null;
  return (
    <section>
      <h2>Worth a look</h2>
      <ul class="warnings">
        {warnings.map(({ message, advice }) => (
          <li key={message}>
            {message}. <span class="muted">{advice}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function FirstRows() {
  const { head, names, rows } = table.value!;
  return (
    <section>
      <h2>
        The first{" "}
        {head.length < rows ? `${head.length} of ${countText(rows)} rows` : `${head.length} rows`}
      </h2>
      <div class="scroll tall" tabIndex={0} role="region" aria-label="First rows">
        <table class="cells">
          <thead>
            <tr>
              <th scope="col" class="number">
                row
              </th>
              {names.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {head.map((cells, i) => (
              <tr key={i}>
                <td class="number muted">{i + 1}</td>
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

/** What can be taken away: files, and the lines that repeat it. */
import { proxy } from "comlink";
import { useState } from "preact/hooks";
import { commandLines, typescriptLines } from "../state/repeat.ts";
import { during } from "../state/shown.ts";
import { busy, model, table } from "../state/studio.ts";
import { download } from "../parts/download.ts";
import { workbench } from "../state/worker.ts";

export function TakeView() {
  const base = model.value!.name.replace(/\.(couplet|csv|tsv|tab|txt)(\.gz)?$/i, "");
  return (
    <>
      <h1>Take it away</h1>
      <div class="cards">
        <ModelCard base={base} />
        <SamplesCard base={base} />
        <ScoresCard base={base} />
        <ReportCard base={base} />
      </div>
      <h2>The same from a terminal</h2>
      <Lines text={commandLines()} />
      <h2>The same in TypeScript</h2>
      <Lines text={typescriptLines()} />
    </>
  );
}

interface CardOf {
  /** The files' name, without an ending. */
  readonly base: string;
}

function ModelCard({ base }: CardOf) {
  const save = async (): Promise<void> => download(`${base}.couplet`, await workbench.modelBytes());
  return (
    <Card title="The model" text="One file, which the command, Node and this page open.">
      <button type="button" class="main" onClick={() => void during("Writing the model", save)}>
        Save {base}.couplet
      </button>
    </Card>
  );
}

function SamplesCard({ base }: CardOf) {
  const [rows, setRows] = useState(1000);
  const save = async (): Promise<void> =>
    download(`${base}.samples.csv`, await workbench.samplesCsv(rows, 1));
  return (
    <Card title="Synthetic rows" text="New rows of the table’s own types, as CSV.">
      <label>
        <span>Rows</span>
        <input
          type="number"
          min="1"
          max="1000000"
          value={rows}
          onChange={(event) =>
            setRows(Math.max(1, Math.round(Number(event.currentTarget.value) || 1)))
          }
        />
      </label>
      <button type="button" onClick={() => void during("Drawing rows", save)}>
        Save samples
      </button>
    </Card>
  );
}

function ScoresCard({ base }: CardOf) {
  const save = async (): Promise<void> =>
    download(`${base}.scores.csv`, await workbench.scoresCsv(proxy(() => undefined)));
  return (
    <Card
      title="Scores"
      text="The table with the log density and the percentile of each row, as CSV."
    >
      <button
        type="button"
        disabled={table.value === undefined}
        onClick={() => void during("Scoring rows", save)}
      >
        Save scores
      </button>
    </Card>
  );
}

function ReportCard({ base }: CardOf) {
  return (
    <Card
      title="The report"
      text="A page with the verdict, calibration, pairs of columns, rows that stand out."
    >
      <button
        type="button"
        disabled={table.value === undefined}
        onClick={() => void during("Writing the report", () => saveReport(base))}
      >
        Save the report
      </button>
    </Card>
  );
}

async function saveReport(base: string): Promise<void> {
  const { renderTableReport } = await import("couplet/report");
  const report = await workbench.report(proxy((part: string) => (busy.value = `Report: ${part}`)));
  download(`${base}.report.html`, await renderTableReport(report));
}

function Card({
  title,
  text,
  children,
}: {
  readonly title: string;
  readonly text: string;
  readonly children: preact.ComponentChildren;
}) {
  return (
    <section class="card">
      <h2>{title}</h2>
      <p>{text}</p>
      <div class="actions">{children}</div>
    </section>
  );
}

function Lines({ text }: { readonly text: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <div class="lines-block">
      <pre tabIndex={0}>{text}</pre>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          void navigator.clipboard.writeText(text).then(() => {
            setCopied(true);
            setTimeout(() => setCopied(false), 1500);
          });
        }}
      >
        {isCopied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}

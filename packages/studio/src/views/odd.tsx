/** The oddest rows of the table or of a second file, cell by cell. */
import { countText, fixedText, percentText } from "couplet/report";
import { proxy } from "comlink";
import { useEffect, useState } from "preact/hooks";
import { FileButton } from "../parts/file-drop.tsx";
import { during } from "../state/shown.ts";
import { words, workbench } from "../state/worker.ts";
import { model, notice, table } from "../state/studio.ts";
import type { ScoredRow, ScoredRows } from "../worker/answers.ts";

const PAGE = 20;
/** Excess surprisal, nats, from which a cell is worth a colour; and from which it has the full one. */
const [LEAST_ODD, FULL_ODD] = [2, 12];

type Which = "table" | "other";

export function OddView() {
  const hasTable = table.value !== undefined;
  const [which, setWhich] = useState<Which>(hasTable ? "table" : "other");
  const [other, setOther] = useState<{ readonly name: string; readonly opened: number }>();
  const { scored, share, more } = useOddRows(which, which === "other" ? other : undefined);
  const openOther = (file: File): void => {
    void during(`Reading ${file.name}`, async () => {
      if (!(await workbench.openOther(file.name, file))) return;
      setOther({ name: file.name, opened: performance.now() });
      setWhich("other");
    });
  };
  return (
    <>
      <section class="intro">
        <div>
          <h1>The oddest rows first</h1>
          <p class="lead">
            A cell’s number is its surprise: how many nats less likely it is than ordinary cells in
            its place, given the rest of the row. 5 nats is a factor of 150.
          </p>
        </div>
        <div class="actions">
          {hasTable && other !== undefined && (
            <select
              value={which}
              aria-label="File"
              onChange={(event) => setWhich(event.currentTarget.value as Which)}
            >
              <option value="table">{table.value!.name}</option>
              <option value="other">{other.name}</option>
            </select>
          )}
          <FileButton onFile={openOther}>Score another file</FileButton>
        </div>
      </section>
      {which === "other" && other === undefined ? (
        <p class="empty">The model is open without a table. Choose a file to score.</p>
      ) : scored === undefined ? (
        <p class="empty" aria-live="polite">
          Scoring rows … {share > 0 && percentText(share)}
        </p>
      ) : (
        <Scored scored={scored} onMore={more} />
      )}
    </>
  );
}

function useOddRows(which: Which, other: { readonly opened: number } | undefined) {
  const [scored, setScored] = useState<ScoredRows>();
  const [share, setShare] = useState(0);
  const opened = model.value;
  const ask = async (first: number): Promise<ScoredRows | undefined> => {
    try {
      return await workbench.oddRows(which, first, PAGE, proxy(setShare));
    } catch (error) {
      notice.value = { kind: "error", text: words(error) };
      return undefined;
    }
  };
  useEffect(() => {
    setScored(undefined);
    setShare(0);
    if (which === "other" && other === undefined) return undefined;
    let isOld = false;
    void ask(0).then((answer) => !isOld && setScored(answer));
    return () => {
      isOld = true;
    };
  }, [opened, which, other?.opened]);
  const more = async (): Promise<void> => {
    const next = await ask(scored!.rows.length);
    if (next === undefined) return;
    // Another file's rows may be shown by now.
    setScored((now) => (now === scored ? { ...next, rows: [...now!.rows, ...next.rows] } : now));
  };
  return { scored, share, more };
}

function Scored({
  scored,
  onMore,
}: {
  readonly scored: ScoredRows;
  readonly onMore: () => Promise<void>;
}) {
  const { rows, total, belowFirst, impossible, meanNats } = scored;
  const [chosen, setChosen] = useState(0);
  const row = rows[Math.min(chosen, rows.length - 1)];
  return (
    <>
      <p class="summary">
        {countText(total)} rows of {scored.file}: mean {fixedText(meanNats, 2)} nats a row;{" "}
        {countText(belowFirst)} ({percentText(belowFirst / total)}) less likely than 99 % of
        held-out rows
        {impossible > 0 && `; ${countText(impossible)} of probability 0`}.
      </p>
      {row !== undefined && <RowWords row={row} names={scored.names} />}
      <div class="scroll tall" tabIndex={0} role="region" aria-label="Odd rows">
        <table class="cells odd">
          <thead>
            <tr>
              <th scope="col" class="number">
                Row
              </th>
              <th scope="col" class="number">
                Nats
              </th>
              <th scope="col" class="number" title="Held-out rows that are less likely">
                Percentile
              </th>
              {scored.names.map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((one, i) => (
              <tr key={one.row} class={i === chosen ? "chosen" : ""} onClick={() => setChosen(i)}>
                <td class="number">
                  <button
                    type="button"
                    class="link"
                    aria-pressed={i === chosen}
                    onClick={() => setChosen(i)}
                  >
                    {countText(one.row + 1)}
                  </button>
                </td>
                <td class="number">{fixedText(one.nats, 2)}</td>
                <td class="number">{fixedText(one.percentile, 2)}</td>
                {one.cells.map((cell, j) => (
                  <OddCell key={j} cell={cell} excess={one.excess[j] ?? null} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length < total && (
        <button type="button" onClick={() => void onMore()}>
          Show {PAGE} more
        </button>
      )}
    </>
  );
}

function OddCell({
  cell,
  excess,
}: {
  readonly cell: string | null;
  readonly excess: number | null;
}) {
  const isOdd = excess !== null && excess >= LEAST_ODD;
  const strength = isOdd ? Math.min(1, (excess - LEAST_ODD) / (FULL_ODD - LEAST_ODD)) : 0;
  return (
    <td
      class={isOdd ? "surprising" : ""}
      style={isOdd ? { "--strength": `${Math.round(14 + 36 * strength)}%` } : undefined}
    >
      {cell ?? <span class="missing">missing</span>}
      {isOdd && (
        <small>{Number.isFinite(excess) ? `+${fixedText(excess, 1)}` : "impossible"}</small>
      )}
    </td>
  );
}

/** One row in words, its cells by surprise. */
function RowWords({ row, names }: { readonly row: ScoredRow; readonly names: readonly string[] }) {
  const cells = names
    .map((name, j) => ({ name, cell: row.cells[j] ?? null, excess: row.excess[j] ?? null }))
    .filter((one): one is typeof one & { readonly excess: number } => one.excess !== null)
    .sort((a, b) => b.excess - a.excess);
  const finite = cells.filter(({ excess }) => Number.isFinite(excess));
  const most = Math.max(1, ...finite.map(({ excess }) => excess));
  return (
    <section class="row-words" aria-live="polite">
      <h2>
        Row {countText(row.row + 1)}
        <span>
          {Number.isFinite(row.nats) ? `${fixedText(row.nats, 2)} nats` : "probability 0"},
          percentile {fixedText(row.percentile, 2)}
        </span>
      </h2>
      {row.broken.length > 0 && (
        <p class="broken">Breaks what holds in every other row: {row.broken.join("; ")}.</p>
      )}
      <ul class="bars surprises">
        {cells.slice(0, 6).map(({ name, cell, excess }) => (
          <li key={name}>
            <span class="name">
              {name} = {cell ?? "missing"}
            </span>
            <span class="lines">
              <i
                class="alarm"
                style={{
                  width: `${Number.isFinite(excess) ? Math.max(0, (100 * excess) / most) : 100}%`,
                }}
              />
            </span>
            <span class="share">
              {Number.isFinite(excess) ? `${fixedText(excess, 1)} nats` : "impossible"}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The benchmark's one table, as text. */

const width = (text) => [...text].length;

/** Columns padded to the widest cell; the first is left-aligned, the others right. */
export function formatTable(header, rows) {
  const all = [header, ...rows];
  const widths = header.map((_, i) => Math.max(...all.map((cells) => width(cells[i]))));
  const line = (cells) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ");
  return [line(header), widths.map((w) => "-".repeat(w)).join("  "), ...rows.map(line)].join("\n");
}

export function formatNumber(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "-";
  const size = Math.abs(value);
  if (size >= 1e5) return value.toExponential(2);
  if (size >= 100) return value.toFixed(0);
  if (size >= 1) return value.toFixed(2);
  if (size >= 1e-3 || size === 0) return value.toFixed(3);
  return value.toExponential(1);
}

/** What was measured, one line per participant, model and thread count: ms per step, thousands of rows per second, MB. */
export function figureTable(figures) {
  const works = [
    ...new Set(
      figures
        .filter((f) => f.what !== "memory")
        .map((f) => (f.rows ? `${f.what} ${f.rows}` : f.what)),
    ),
  ];
  const lines = new Map();
  for (const f of figures) {
    const key = `${f.model} | ${f.threads} | ${f.name}${f.label ? ` (${f.label})` : ""}`;
    if (!lines.has(key)) lines.set(key, new Map());
    const cells = lines.get(key);
    if (f.what === "memory") cells.set("memory", f.peakBytes / 1e6);
    else
      cells.set(
        f.rows ? `${f.what} ${f.rows}` : f.what,
        f.rows ? f.rows / f.seconds / 1e3 : f.seconds * 1e3,
      );
  }
  const header = [
    "model | threads | participant",
    ...works.map((w) => (w === "train" ? "ms/step" : `${w} krow/s`)),
    "peak MB",
  ];
  const rows = [...lines].map(([key, cells]) => [
    key,
    ...works.map((w) => formatNumber(cells.get(w))),
    formatNumber(cells.get("memory")),
  ]);
  return formatTable(header, rows);
}

export function contractTable(rows) {
  const body = rows.map((r) => [
    r.contract,
    formatNumber(r.ours),
    formatNumber(r.peer),
    formatNumber(r.ratio),
    formatNumber(r.bar),
    r.ratio === null ? "not measured" : r.holds ? "holds" : "FAILS",
  ]);
  return formatTable(["contract", "ours", "peer", "ratio", "bar", ""], body);
}

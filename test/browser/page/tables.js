// A table out of files of several kinds, as a page gets them, then a model of it: the same numbers wherever it runs.
import { readTable } from "couplet/io";
import { fitTable } from "couplet/table";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { numbers } from "./numbers.js";

const rows = 300;

function text() {
  const x = numbers(rows, 5);
  const noise = numbers(rows, 6);
  const cells = Array.from(x, (v, i) => {
    const word = ["north", 'the "far" east', "south;\r\nwest"][i % 3];
    const quoted = `"${word.replaceAll('"', '""')}"`;
    return `${v.toFixed(3).replace(".", ",")};${quoted};${(v * v + noise[i] / 4).toFixed(2).replace(".", ",")}`;
  });
  return `x;where;y\r\n${cells.join("\r\n")}\r\n`;
}

/** The file as a page gets it from somebody who drops it. */
async function dropped(file) {
  if (typeof DataTransfer === "undefined") return file;
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  const drop = new Promise((resolve) => addEventListener("drop", resolve, { once: true }));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
  return (await drop).dataTransfer.files[0];
}

const plain = (table) =>
  table.columns.map(({ name, kind, values }) => ({
    name,
    kind,
    values: Array.from(values, String),
  }));

export async function run({ parquet }) {
  const csv = new Blob([text()]);
  const table = await readTable(await dropped(new File([csv], "rows.csv", { type: "text/csv" })));
  const packed = csv.stream().pipeThrough(new CompressionStream("gzip"));
  const unpacked = await readTable(new Response(packed));
  const arrow = tableToIPC(tableFromArrays({ n: [1.5, null, 3], w: ["a", "b", null] }), {});
  const bytes = Uint8Array.from(atob(parquet), (c) => c.charCodeAt(0));
  const model = await fitTable(table, { epochs: 2, seed: 1, threads: 1, blas: false });
  try {
    const { nats } = await model.score(table, { seed: 3 });
    return {
      table: plain(table),
      unpacked: plain(unpacked),
      arrow: plain(await readTable(new Blob([arrow]))),
      parquet: plain(await readTable(new File([bytes], "t.parquet"))),
      schema: model.schema,
      nats: Array.from(nats),
    };
  } finally {
    model.dispose();
  }
}

/**
 * The rows that every participant is given, and those that none sees:
 *
 *   node bench/tables/prepare.mjs FILE FOLDER     writes rows.csv, training.csv, heldout.csv, again.csv and schema.json
 *
 * The split is that of `fitTable`, so that couplet's closing report is about the same held-out rows; the rows that choose its epoch are
 * training rows for the others. again.csv has training rows drawn with replacement: what chance leaves of a perfect sample. Columns of keys and free text are left out for everyone.
 */

import { writeFileSync } from "node:fs";
import { column, inferSchema, selectRows, splitTable, table } from "couplet/table";

import { uniforms } from "../anomalies/random.mjs";
import { readCsv, writeCsv } from "./csv.mjs";

const [file = "", folder = ""] = process.argv.slice(2);
const source = await readCsv(file);
const schema = inferSchema(source);
const parts = splitTable(source, 0.1, 0);
const training = table(
  parts.training.columns.map(({ name, values }, i) =>
    column(name, [...values, ...parts.validation.columns[i].values]),
  ),
);
writeCsv(`${folder}/rows.csv`, source, schema);
writeCsv(`${folder}/training.csv`, training, schema);
const uniform = uniforms(0);
const again = Int32Array.from({ length: training.rows }, () =>
  Math.floor(uniform() * training.rows),
);
writeCsv(`${folder}/again.csv`, selectRows(training, again), schema);
writeCsv(`${folder}/heldout.csv`, parts.heldOut, schema);
writeFileSync(`${folder}/schema.json`, JSON.stringify(schema));

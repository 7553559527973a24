/**
 * How often the event loop runs while a table is read, fitted, scored, drawn and reported, by a clock that goes on by a second whenever
 * somebody looks: each piece of work ends its slice, so that turns count pieces, whatever the machine.
 */
import { tableReport } from "couplet/report";
import { fitTable, inferSchemaAsync, table } from "couplet/table";

const ROWS = 20_000;
const FITTED = 2000;

function rowsOf(rows) {
  const wave = (i, k) => Math.sin(12.9898 * (i + 1) * k) * 43758.5453;
  const share = (i, k) => wave(i, k) - Math.floor(wave(i, k));
  const index = Array.from({ length: rows }, (_, i) => i);
  return table({
    x: index.map((i) => share(i, 1) + share(i, 2)),
    text: index.map((i) => String(Math.round(100 * (share(i, 1) + share(i, 3))) / 100)),
    word: index.map((i) => ["north", "south", "east"][Math.floor(3 * share(i, 4))]),
    day: index.map((i) =>
      new Date(8.64e7 * Math.floor(20_000 * share(i, 5))).toISOString().slice(0, 10),
    ),
  });
}

/** Counts the turns that the library takes: by setImmediate in Node, by a channel of messages in a page. */
function countTurns() {
  const turns = { count: 0 };
  const { setImmediate, MessageChannel } = globalThis;
  if (setImmediate !== undefined)
    globalThis.setImmediate = (...given) => {
      turns.count++;
      return setImmediate(...given);
    };
  else
    globalThis.MessageChannel = class extends MessageChannel {
      constructor() {
        super();
        turns.count++;
      }
    };
  let seconds = 0;
  performance.now = () => 1000 * ++seconds;
  return turns;
}

export async function run() {
  const turns = countTurns();
  const counted = {};
  let before = 0;
  const count = (what) => {
    counted[what] = turns.count - before;
    before = turns.count;
  };
  const many = rowsOf(ROWS);
  count("made");
  await inferSchemaAsync(many);
  count("inferSchema");
  const few = rowsOf(FITTED);
  const model = await fitTable(few, { epochs: 1, threads: 1, relations: "none" });
  count("fitTable");
  await model.score(many, { impossible: "zero" });
  count("score");
  await model.sample(ROWS, { seed: 1 });
  count("sample");
  let part = "rows that are looked at";
  await tableReport(model, few, {
    onPart: (next) => {
      count(part);
      part = next;
    },
  });
  count(part);
  model.dispose();
  return counted;
}

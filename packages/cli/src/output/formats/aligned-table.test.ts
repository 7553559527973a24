import { column, table } from "couplet/table";
import { describe, expect, it } from "vitest";
import { alignedTable } from "./aligned-table.ts";

const look = {
  decimals: (name: string) => (/^(nats|bits|surprise)/.test(name) ? 2 : undefined),
  spare: ["bits"],
};
const scores = table([
  column("row", [2407, 5]),
  column("nats", [-378.320158, -Infinity]),
  column("bits", [-545.800616, -Infinity]),
  column("percentile", [0, 12.5]),
  column("column_1", ["a rather long name of a column", "x"]),
  column("surprise_1", [286.223, 3.1]),
]);

const widest = (text: string) => Math.max(...text.split("\n").map(({ length }) => length));

describe("scores on a terminal", () => {
  it("have two decimals", () => {
    expect(alignedTable(undefined, 120, look)(scores, true)).toBe(
      [
        " row     nats     bits  percentile  column_1                        surprise_1",
        "----  -------  -------  ----------  ------------------------------  ----------",
        "2407  -378.32  -545.80           0  a rather long name of a column      286.22",
        "   5     -inf     -inf        12.5  x                                     3.10",
        "",
      ].join("\n"),
    );
  });

  it("lose bits, then the ends of long cells, where the width is small", () => {
    const narrow = alignedTable(undefined, 72, look)(scores, true);
    expect(narrow).not.toContain("bits");
    expect(narrow).toContain("a rather long name of a column");
    const narrower = alignedTable(undefined, 60, look)(scores, true);
    expect(narrower).toContain("a rather long n…");
    expect([widest(narrow) <= 72, widest(narrower) <= 60]).toEqual([true, true]);
  });

  it("stand one cell a line where no table fits, also in later chunks", () => {
    const write = alignedTable(undefined, 40, look);
    const lines = write(scores, true).split("\n");
    expect(lines.slice(0, 6)).toEqual([
      "row         2407",
      "nats        -378.32",
      "percentile  0",
      "column_1    a rather long name of a col…",
      "surprise_1  286.22",
      "",
    ]);
    expect(write(scores, false).startsWith("row         2407\n")).toBe(true);
  });

  it("are as wide as they are in a file", () => {
    expect(alignedTable(undefined, undefined, look)(scores, true)).toContain("bits");
  });
});

describe("rows of a table", () => {
  it("keep their own decimals, and seven digits where they state none", () => {
    const rows = table([column("x", [0.1234567891234, 2]), column("n", [1234567890123, 1])]);
    const text = alignedTable(undefined, 80)(rows, true);
    expect(text).toContain("0.1234568");
    expect(text).toContain("1234567890123");
  });

  it("keep the layout of the first chunk", () => {
    const chunk = (word: string) => table([column("word", [word, "b"])]);
    const write = alignedTable(undefined, 80);
    expect(write(chunk("abc"), true)).toBe("word\n----\nabc\nb\n");
    expect(write(chunk("abcdefgh"), false)).toBe("abcdefgh\nb\n");
  });
});

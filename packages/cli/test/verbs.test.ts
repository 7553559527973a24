/** What each verb does: its output, its files, its exit code; and that docs/command.md says so. */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { COLUMN_TYPES } from "couplet/table";
import { TYPES } from "../src/terminal/option-values.ts";
import { expectDocumented } from "./documented-keys.ts";
import type { Workplace } from "./spawn-couplet.ts";
import { csv, openWorkplace, smallRows } from "./spawn-couplet.ts";

let place: Workplace;
let fitted: { code: number; out: string; err: string };

beforeAll(async () => {
  place = await openWorkplace();
  await writeFile(place.path("few.csv"), csv(smallRows(300)));
  fitted = await place.couplet("fit", "few.csv", "--epochs", "12", "--json");
});
afterAll(() => place.remove());

describe("couplet fit", () => {
  it("writes a model and a report with the documented keys", async () => {
    expect(fitted).toMatchObject({ code: 0, err: expect.not.stringMatching(/error/i) as string });
    const report = JSON.parse(fitted.out) as { model: string; heldOut: { flow: { nats: number } } };
    expect(report.model).toBe("few.couplet");
    expect(Number.isFinite(report.heldOut.flow.nats)).toBe(true);
    await expectDocumented("fit --json", fitted.out, ["heldOut.quantiles", "heldOut.trained"]);
    expect((await readdir(place.folder)).filter((name) => /tmp|checkpoint/.test(name))).toEqual([]);
  });

  it("tells events as documented lines of JSON", async () => {
    const page = await readFile(new URL("../../../docs/command.md", import.meta.url), "utf8");
    const table = page.split("### fit --json events")[1]!.split("\n###")[0]!;
    const documented = new Map(
      [...table.matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, event, keys]) => [
        event,
        [...keys!.replaceAll(/\(.*?\)/g, "").matchAll(/`(\w+)`/g)].map(([, key]) => key),
      ]),
    );
    const rows = smallRows(90).map((row) => [...row, "same"]);
    await writeFile(place.path("events.csv"), csv(rows, "a,b,c,d,site"));
    const run = await place.couplet("fit", "events.csv", "--epochs", "3", "--json");
    const events = run.err
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { event: string; schemaVersion: number });
    for (const { event, schemaVersion, ...about } of events) {
      expect(schemaVersion).toBe(1);
      expect([event, Object.keys(about).toSorted()]).toEqual([
        event,
        documented.get(event)?.toSorted(),
      ]);
    }
    const told = new Set(events.map(({ event }) => event));
    expect([...told]).toEqual(
      expect.arrayContaining(["tableWarning", "schema", "start", "epoch", "end"]),
    );
    expect(events.filter(({ event }) => event === "epoch")).toHaveLength(3);
    expect(JSON.parse(run.out)).toMatchObject({ model: "events.couplet" });
  });

  it("talks on standard error only, and says what it took the columns for", async () => {
    const { code, out, err } = await place.couplet(
      "fit",
      "few.csv",
      "--epochs",
      "1",
      "-o",
      "talk.couplet",
    );
    expect({ code, out }).toEqual({ code: 0, out: "" });
    expect(err).toMatch(/c +category +"/);
    expect(err).toMatch(/this model +-\d/);
    expect(err).toMatch(/independent marginals/);
    expect(err).toMatch(/inverse error: 99\.9th percentile/);
    expect(err).toMatch(/wrote talk\.couplet/);
    expect(err).not.toContain("\u001B");
  });

  it("plans without writing", async () => {
    const { code, out } = await place.couplet(
      "fit",
      "few.csv",
      "--dry-run",
      "--json",
      "-o",
      "dry.couplet",
    );
    expect(code).toBe(0);
    await expectDocumented("fit --dry-run --json", out, ["schema", "spec", "warnings"]);
    expect(await readdir(place.folder)).not.toContain("dry.couplet");
    const text = await place.couplet("fit", "few.csv", "--dry-run", "--epochs", "1");
    expect(text.out).toMatch(/^time +at most/m);
  });

  it("does not replace a model unless forced", async () => {
    expect(await place.couplet("fit", "few.csv")).toMatchObject({
      code: 1,
      out: "",
      err: "error: few.couplet: the file exists. Use --force to replace it, or choose another name.\n",
    });
  });

  it("warns before it trains, with the option that changes it", async () => {
    const rows = smallRows(120).map((row, i) => [...row, "same", `K${i}`, Number(row[0]) * 2]);
    await writeFile(place.path("warn.csv"), csv(rows, "a,b,c,d,site,key,twice"));
    const own = ["warn.csv", "--epochs", "1", "-q", "--relations", "none"];
    const { err, code } = await place.couplet("fit", ...own);
    expect(code).toBe(0);
    expect(err).toMatch(/column site never changes.*\(--drop site\)/);
    expect(err).toMatch(/column key .*excluded.*--drop key/);
    expect(err).toMatch(/columns a and twice .*\(--drop twice\)/);
    expect(err).not.toMatch(/epoch/);
  });

  it("takes a column for what --type says, and teaches it", async () => {
    const typesOf = (out: string) =>
      (JSON.parse(out) as { columns: { name: string; type: string }[] }).columns.map((c) => c.type);
    const before = typesOf((await place.couplet("schema", "few.csv")).out);
    const run = await place.couplet(
      "schema",
      "few.csv",
      "--type",
      "c=text,a=number",
      "--type",
      "b=identifier",
    );
    expect(run.code).toBe(0);
    expect(typesOf(run.out)).toEqual(["number", "identifier", "text", before[3]]);
    const plan = await place.couplet("fit", "few.csv", "--type", "c=text", "--dry-run");
    expect(plan.out).toMatch(/c +excluded +text +declared/);
    expect(plan.out).toMatch(/another type: --type zip=category/);
    const refused = async (words: RegExp, ...args: string[]) => {
      const { code, err } = await place.couplet("fit", "few.csv", "-o", "none.couplet", ...args);
      expect(code).not.toBe(0);
      expect(err.replaceAll(/\s+/g, " ")).toMatch(words);
    };
    await refused(/--type: expected a column of few\.csv .*got "cc"/, "--type", "cc=text");
    await refused(/Expected a column type \(number, integer.*got "categry"/, "--type", "c=categry");
    await refused(/Expected column=type/, "--type", "c");
    await refused(/few\.csv: column "c", declared number: expected numbers/, "--type", "c=number");
    await refused(
      /--type: expected either --schema or --type, got both/,
      "--schema",
      "x.json",
      "--type",
      "c=text",
    );
  });

  it("knows the types of the library", () => {
    expect(TYPES).toEqual(COLUMN_TYPES);
  });

  it("takes a schema, columns to drop and spellings of missing cells", async () => {
    const schema = await place.couplet("schema", "few.csv");
    const value = JSON.parse(schema.out) as { columns: { name: string; type: string }[] };
    expect(value.columns.map((c) => c.name)).toEqual(["a", "b", "c", "d"]);
    value.columns[2] = { name: "c", type: "text" };
    await writeFile(place.path("schema.json"), JSON.stringify(value));
    const run = await place.couplet(
      "fit",
      "few.csv",
      "--schema",
      "schema.json",
      "--epochs",
      "1",
      "--json",
      "-o",
      "s.couplet",
    );
    expect(JSON.parse(run.out)).toMatchObject({ dims: 3 });
    await writeFile(
      place.path("na.csv"),
      csv(smallRows(80).map((row, i) => (i % 4 === 0 ? ["none yet", ...row.slice(1)] : row))),
    );
    const missing = await place.couplet(
      "schema",
      "na.csv",
      "--null-values",
      "none yet",
      "--drop",
      "b,c",
    );
    expect(JSON.parse(missing.out)).toMatchObject({
      columns: [{ name: "a", type: "number", missing: true }, { name: "d" }],
    });
  });
});

describe("couplet sample", () => {
  it("gives the same rows for the same seed, however they are cut", async () => {
    const a = await place.couplet("sample", "few.couplet", "-n", "9000", "--seed", "1");
    const b = await place.couplet("sample", "few.couplet", "-n", "20", "--seed", "1");
    expect(a.out.split("\n").slice(0, 21)).toEqual(b.out.split("\n").slice(0, 21));
    expect(a.out.trimEnd().split("\n")).toHaveLength(9001);
    expect(b.out.split("\n")[0]).toBe("a,b,c,d");
    expect(b.err).toBe("");
  });

  it("writes JSON lines, Parquet and one JSON object", async () => {
    const lines = await place.couplet("sample", "few.couplet", "-n", "3", "--format", "jsonl");
    for (const line of lines.out.trimEnd().split("\n")) {
      expect(JSON.parse(line)).toEqual({
        a: expect.any(Number) as number,
        b: expect.any(Number) as number,
        c: expect.stringMatching(/red|green|blue/) as string,
        d: expect.any(Number) as number,
      });
    }
    const written = await place.couplet(
      "sample",
      "few.couplet",
      "-n",
      "50",
      "-o",
      "new.parquet",
      "--json",
    );
    expect(JSON.parse(written.out)).toMatchObject({ rows: 50, output: "new.parquet" });
    await expectDocumented("sample --json", written.out);
    const back = JSON.parse((await place.couplet("schema", "new.parquet")).out) as {
      columns: { storage?: string }[];
    };
    expect(back.columns.map((c) => c.storage)).toEqual(["number", "number", "text", "number"]);
    const object = await place.couplet("sample", "few.couplet", "-n", "2", "--json", "--seed", "4");
    expect(JSON.parse(object.out)).toMatchObject({
      schemaVersion: 1,
      seed: 4,
      rows: 2,
      data: [{}, {}],
    });
  });

  it("draws under conditions, and lists the known values when one is unknown", async () => {
    const run = await place.couplet(
      "fit",
      "few.csv",
      "--given",
      "c",
      "--epochs",
      "1",
      "-o",
      "given.couplet",
      "-q",
    );
    expect(run.code).toBe(0);
    const blue = await place
      .couplet("sample", "given.couplet", "--given", "c=blue", "-n", "5", "--columns")
      .catch(() => undefined);
    expect(blue?.code).toBe(2);
    const rows = await place.couplet("sample", "given.couplet", "--given", "c=blue", "-n", "5");
    expect(
      rows.out
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((row) => row.split(",")[2]),
    ).toEqual(Array(5).fill("blue"));
    expect(await place.couplet("sample", "given.couplet", "--given", "c=bleu")).toMatchObject({
      code: 1,
      out: "",
      err: expect.stringMatching(
        /context: expected c to be one of .*"blue".*got "bleu"\. Did you mean "blue"\?/,
      ) as string,
    });
    expect((await place.couplet("sample", "given.couplet")).err).toMatch(/a value for each of c/);
    await writeFile(place.path("who.csv"), "c\nred\ngreen\nred\n");
    const each = await place.couplet("sample", "given.couplet", "--given-rows", "who.csv");
    expect(
      each.out
        .trimEnd()
        .split("\n")
        .slice(1)
        .map((row) => row.split(",")[2]),
    ).toEqual(["red", "green", "red"]);
  });
});

describe("couplet score", () => {
  it("scores each row in order, whatever the order of the columns", async () => {
    const rows = smallRows(40);
    await writeFile(place.path("new.csv"), csv(rows));
    await writeFile(
      place.path("reordered.csv"),
      csv(
        rows.map((row) => row.toReversed()),
        "d,c,b,a",
      ),
    );
    const a = await place.couplet("score", "few.couplet", "new.csv");
    const b = await place.couplet("score", "few.couplet", "reordered.csv");
    expect(a.out).toBe(b.out);
    const lines = a.out.trimEnd().split("\n");
    expect(lines[0]).toBe("row,nats,bits,percentile");
    expect(lines).toHaveLength(41);
    const [row, nats, bits] = lines[1]!.split(",").map(Number);
    expect(row).toBe(1);
    expect(bits).toBeCloseTo(nats! / Math.LN2, 4);
  });

  it("explains, keeps the data, takes the lowest, and sums up", async () => {
    const run = await place.start(
      ["score", "few.couplet", "-", "--lowest", "2", "--explain", "2", "--with-data"],
      {
        input: csv([...smallRows(30), [99.9, 5, "red", "0.01"]]),
      },
    );
    expect(run.out.split("\n")[0]).toBe(
      // d is never above a: the model has a relation, and rows may break it.
      "a,b,c,d,row,nats,bits,percentile,column_1,surprise_1,column_2,surprise_2,broken",
    );
    expect(run.out.trimEnd().split("\n")).toHaveLength(3);
    const more = ["--json", "--explain", "--standardised"];
    const json = await place.couplet("score", "few.couplet", "new.csv", ...more);
    await expectDocumented("score --json", json.out);
    const { scoredRows, meanNats, scores } = JSON.parse(json.out) as {
      scoredRows: number;
      meanNats: number;
      scores: { nats: number }[];
    };
    expect(scoredRows).toBe(40);
    expect(meanNats).toBeCloseTo(scores.reduce((sum, s) => sum + s.nats, 0) / 40, 5);
  });

  it("tightens the bound with more samples", async () => {
    const mean = async (...more: string[]) =>
      (
        JSON.parse(
          (await place.couplet("score", "few.couplet", "few.csv", "--json", ...more)).out,
        ) as { meanNats: number }
      ).meanNats;
    // A mean of more draws is never worse in expectation; over 300 rows the difference is far above its noise.
    expect(await mean("--samples", "16")).toBeGreaterThan(await mean());
  });
});

describe("couplet inspect, schema, doctor, complete", () => {
  it("inspects", async () => {
    const json = await place.couplet("inspect", "few.couplet", "--json");
    await expectDocumented("inspect --json", json.out, [
      "schema",
      "flow.layers",
      "training",
      "heldOut",
      "inverse",
    ]);
    const text = await place.couplet("inspect", "few.couplet", "--data", "few.csv");
    expect(text.out).toMatch(/inverse on 300 rows of few\.csv/);
  });

  it("reports the machine", async () => {
    const json = await place.couplet("doctor", "--json");
    await expectDocumented("doctor --json", json.out, ["environment"]);
    expect(JSON.parse(json.out)).toMatchObject({
      threads: 1,
      environment: { COUPLET_THREADS: "1" },
    });
    expect((await place.couplet("doctor")).out).toMatch(/^SIMD +128 bits/m);
  });

  it("completes", async () => {
    expect((await place.couplet("complete", "bash")).out).toMatch(
      /^complete -o default -F \S+ couplet$/m,
    );
    expect((await place.couplet("complete", "--", "fit", "da")).out.trim()).toBe(":0");
    expect((await place.couplet("complete", "--", "fit", "--ep")).out).toMatch(/--epochs/);
  });

  it("teaches by three examples a verb, without loading the library", async () => {
    for (const verb of [
      "fit",
      "sample",
      "score",
      "inspect",
      "report",
      "schema",
      "doctor",
      "complete",
    ]) {
      const { out, code } = await place.couplet(
        verb === "complete" ? "help" : verb,
        verb === "complete" ? verb : "--help",
      );
      expect(code).toBe(0);
      expect(out.split("Examples:\n")[1]!.trim().split("\n").length).toBeGreaterThanOrEqual(3);
    }
  });
});

describe("--help", () => {
  it("has the words that people look for", async () => {
    const { out } = await place.couplet("--help");
    for (const words of ["odd rows", "anomalies", "outliers", "synthetic rows", "train a model"])
      expect(out.replaceAll(/\s+/g, " "), words).toContain(words);
    const score = (await place.couplet("score", "--help")).out.replaceAll(/\s+/g, " ");
    expect(score).toContain("odd rows (anomalies, outliers)");
  });
});

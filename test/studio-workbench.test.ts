/** What the studio's worker has open when calls end in another order than they began. */
import { describe, expect, it } from "vitest";
import { Workbench } from "../packages/studio/src/worker/workbench.ts";

/** A CSV of two columns of numbers, called as asked. */
function csv(names: string, rows: number): Blob {
  return new Blob([
    [names, ...Array.from({ length: rows }, (_, i) => `${Math.sin(i)},${(i * 37) % 11}.5`)].join(
      "\n",
    ),
  ]);
}

/** Settings of a fit that takes a while. */
const settings = { minutes: undefined, passes: 5, anyCondition: false };
const deaf = (): void => undefined;

/** A blob whose bytes come once they are let go. */
function heldBack(blob: Blob): { readonly blob: Blob; readonly release: () => void } {
  let release!: () => void;
  const released = new Promise<void>((resolve) => (release = resolve));
  const after =
    <T>(work: () => Promise<T>) =>
    (): Promise<T> =>
      released.then(work);
  const slow = (own: Blob): Blob =>
    new Proxy(own, {
      get(target, key) {
        if (key === "arrayBuffer") return after(() => target.arrayBuffer());
        if (key === "bytes") return after(async () => new Uint8Array(await target.arrayBuffer()));
        if (key === "text") return after(() => target.text());
        if (key === "slice") return (...ends: number[]) => slow(target.slice(...ends));
        if (key === "stream")
          return () =>
            new ReadableStream<Uint8Array>({
              async start(controller) {
                await released;
                controller.enqueue(new Uint8Array(await target.arrayBuffer()));
                controller.close();
              },
            });
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  return { blob: slow(blob), release };
}

describe("the studio's workbench", () => {
  it("gives a fit's model up where another table has been opened", async () => {
    const bench = new Workbench();
    await bench.openTable("a.csv", csv("a,b", 200));
    const fitted = bench.fit(settings, deaf);
    await bench.openTable("b.csv", csv("c,d", 100));
    expect(await fitted).toBeUndefined();
    expect(() => bench.modelBytes()).toThrow("No model is open");
    expect(
      JSON.parse(await bench.schemaJson()).columns.map((one: { name: string }) => one.name),
    ).toEqual(["c", "d"]);
  });

  it("gives it up where another fit has begun, and tells nothing more of it", async () => {
    const bench = new Workbench();
    await bench.openTable("a.csv", csv("a,b", 200));
    let isOver = false;
    const late: string[] = [];
    const first = bench.fit(settings, ({ kind }) => isOver && late.push(kind));
    isOver = true;
    const second = bench.fit(settings, deaf);
    expect(await first).toBeUndefined();
    expect((await second)?.columns.map(({ name }) => name)).toEqual(["a", "b"]);
    expect(late).toEqual([]);
    expect(bench.modelBytes().length).toBeGreaterThan(0);
    bench.closeAll();
  });

  it("opens nothing after it was closed", async () => {
    const bench = new Workbench();
    await bench.openTable("a.csv", csv("a,b", 200));
    const fitted = bench.fit(settings, deaf);
    const reading = bench.openTable("b.csv", csv("c,d", 100));
    bench.closeAll();
    expect(await reading).toBeUndefined();
    expect(await fitted).toBeUndefined();
    expect(bench.hasTable()).toBe(false);
    expect(() => bench.modelBytes()).toThrow("No model is open");
  });

  it("opens the file that was asked for last, whichever is read first", async () => {
    const bench = new Workbench();
    const large = heldBack(csv("a,b", 100));
    const reading = bench.openTable("large.csv", large.blob);
    expect(await bench.openTable("small.csv", csv("c,d", 50))).toMatchObject({ rows: 50 });
    large.release();
    expect(await reading).toBeUndefined();
    expect(bench.schema({ types: {}, given: [] }).schema?.columns[0]?.name).toBe("c");
    // The second file, which a model scores, likewise.
    const other = heldBack(csv("a,b", 100));
    const readingOther = bench.openOther("large.csv", other.blob);
    expect(await bench.openOther("small.csv", csv("c,d", 50))).toBe(true);
    other.release();
    expect(await readingOther).toBe(false);
  });

  it("opens an earlier file where the later one cannot be read", async () => {
    const bench = new Workbench();
    const large = heldBack(csv("a,b", 100));
    const reading = bench.openTable("large.csv", large.blob);
    await expect(bench.openTable("broken.csv", new Blob(["a,b\n1,2\n3\n4,5\n"]))).rejects.toThrow(
      /broken\.csv:3/,
    );
    large.release();
    expect(await reading).toMatchObject({ rows: 100 });
  });
});

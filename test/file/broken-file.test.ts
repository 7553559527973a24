/** Model files that are cut, altered, or of a newer version: always a clear error, never anything else. */
import {
  affine,
  coupling,
  CoupletError,
  createModel,
  flow,
  lu,
  mlp,
  FlowModel,
  modelToBytes,
  rationalQuadratic,
} from "couplet";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { normals } from "../random.ts";

const spec = flow({
  dims: 3,
  context: 1,
  layers: [
    lu(),
    coupling({ transform: affine(), conditioner: mlp({ width: 4, depth: 1 }) }),
    coupling({ transform: rationalQuadratic({ bins: 3 }), conditioner: mlp({ width: 3 }) }),
  ],
});
const x = normals(3 * 4, 1);
const context = normals(4, 2);
const device = { device: "reference" } as const;

let model: FlowModel<true>;
let bytes: Uint8Array<ArrayBuffer>;
let before: Float64Array;
beforeAll(async () => {
  model = await createModel(spec, { ...device, columns: ["a", "b", "c"] });
  model.setParameters(Float32Array.from(normals(model.parameters.length, 3, 0.3)));
  bytes = modelToBytes(model);
  before = await model.logProb(x, { context });
});
afterAll(() => model.dispose());

/** What loading gives: the densities, or the error, which has to be one of the library's own. */
async function outcome(given: Uint8Array): Promise<Float64Array | CoupletError> {
  try {
    using read = await FlowModel.fromBytes(given, { ...device, where: "x.couplet" });
    return await read.logProb(x, { context });
  } catch (error) {
    if (!(error instanceof CoupletError)) throw error;
    return error;
  }
}

interface Header {
  readonly __metadata__: Record<string, string>;
  readonly [tensor: string]: unknown;
}

/** The file's header, and the file with another one; without its checksum, so that deeper checks are met. */
function headerOf(given: Uint8Array): Header {
  const length = Number(new DataView(given.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(given.subarray(8, 8 + length))) as Header;
  delete header.__metadata__["checksum"];
  return header;
}

function withHeader(given: Uint8Array, header: unknown): Uint8Array<ArrayBuffer> {
  const length = Number(new DataView(given.buffer).getBigUint64(0, true));
  const head = new TextEncoder().encode(JSON.stringify(header));
  const whole = new Uint8Array(8 + head.length + given.length - 8 - length);
  new DataView(whole.buffer).setBigUint64(0, BigInt(head.length), true);
  whole.set(head, 8);
  whole.set(given.subarray(8 + length), 8 + head.length);
  return whole;
}

const pinned = { seed: 20_26, numRuns: 300 } as const;

describe("a model file", () => {
  it("that is whole is read, also without a checksum", async () => {
    expect(await outcome(bytes)).toEqual(before);
    expect(await outcome(withHeader(bytes, headerOf(bytes)))).toEqual(before);
  });

  it("cut anywhere is refused", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        expect(await outcome(bytes.slice(0, length))).toMatchObject({ code: "FILE_INVALID" });
      }),
      pinned,
    );
  });

  it("with any bit flipped is refused, or is the same model", async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(8 * bytes.length - 1), async (bit) => {
        const altered = bytes.slice();
        altered[bit >> 3]! ^= 1 << (bit & 7);
        const result = await outcome(altered);
        // A flip within the name of the checksum's entry is the one that hides the checksum.
        if (result instanceof CoupletError) refused++;
        else expect(result).toEqual(before);
      }),
      pinned,
    );
    expect(refused).toBeGreaterThan(290);
  });

  it("with several bytes overwritten is refused", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 9),
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        async (at, patch) => {
          const altered = bytes.slice();
          altered.set(patch, at);
          const result = await outcome(altered);
          if (!(result instanceof CoupletError)) expect(result).toEqual(before);
        },
      ),
      pinned,
    );
  });

  it("without a checksum and with any part of its header replaced gives an error or a model", async () => {
    const header = headerOf(bytes);
    const places = placesOf(header);
    expect(places.length).toBeGreaterThan(30);
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(places.length - 1), fc.jsonValue(), async (i, value) => {
        const result = await outcome(withHeader(bytes, replaced(header, places[i]!, value)));
        if (result instanceof CoupletError) refused++;
      }),
      pinned,
    );
    expect(refused).toBeGreaterThan(250);
  });

  it("of a newer version is refused with the way out", async () => {
    const header = headerOf(bytes);
    const newer = replaced(header, ["__metadata__", "format"], "couplet-model-2");
    expect(String(await outcome(withHeader(bytes, newer)))).toMatch(
      /x\.couplet: expected a Couplet model \(couplet-model-1\), got couplet-model-2, written by couplet [\d.]+\. It needs couplet .*: update/,
    );
    const spec2 = { ...(JSON.parse(header.__metadata__["spec"]!) as object), version: 2 };
    const other = replaced(header, ["__metadata__", "spec"], JSON.stringify(spec2));
    expect(await outcome(withHeader(bytes, other))).toMatchObject({ code: "SPEC_INVALID" });
  });

  it("with a parameter that is not a number is refused by the parameter's name", async () => {
    using broken = await createModel(spec, device);
    broken.setParameters(broken.parameters.map((value, i) => (i === 0 ? NaN : value)));
    const text = String(await outcome(modelToBytes(broken)));
    expect(text).toMatch(/finite numbers in parameter layers\[0\]\.lower, got NaN at 0/);
  });

  it("is read from a buffer as fetch gives it; a path is refused", async () => {
    expect(await outcome(bytes.buffer as never)).toEqual(before);
    expect(await outcome("model.couplet" as never)).toMatchObject({
      code: "USAGE",
      received: "string",
    });
  });

  it("that says it is more than its numbers asks for no memory", async () => {
    const header = headerOf(bytes);
    const huge = { ...(JSON.parse(header.__metadata__["spec"]!) as object), dims: 100_000 };
    const file = withHeader(
      bytes,
      replaced(header, ["__metadata__", "spec"], JSON.stringify({ ...huge, layers: [lu()] })),
    );
    expect(await outcome(file)).toMatchObject({ code: "FILE_INVALID" });
  });
});

type Place = readonly (string | number)[];

/** Paths of all values in the header, and in the JSON texts of its metadata. */
function placesOf(value: unknown, path: Place = []): Place[] {
  const inner = path.length === 2 && path[0] === "__metadata__" ? parsed(value) : value;
  if (typeof inner !== "object" || inner === null) return [path];
  return [
    path,
    ...Object.entries(inner).flatMap(([key, child]) => placesOf(child, [...path, key])),
  ];
}

function replaced(value: unknown, path: Place, by: unknown, depth = 0): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  // Metadata entries are JSON inside strings: an edit inside of one is written back as text.
  const packed = depth === 2 && typeof value === "string";
  const object = (packed ? parsed(value) : value) as Record<string, unknown>;
  const changed = Array.isArray(object) ? [...(object as unknown[])] : { ...object };
  (changed as Record<string, unknown>)[key] = replaced(object[key], rest, by, depth + 1);
  return packed ? JSON.stringify(changed) : changed;
}

function parsed(text: unknown): unknown {
  try {
    return JSON.parse(String(text));
  } catch {
    return text;
  }
}

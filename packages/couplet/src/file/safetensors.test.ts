import { describe, expect, it } from "vitest";
import { readSafetensors } from "./read-safetensors.ts";
import { writeSafetensors } from "./write-safetensors.ts";

const tensors = new Map([
  ["a", { shape: [3], data: Float32Array.of(1, -2.5, 3e-39) }],
  ["b", { shape: [1, 2], data: Float64Array.of(Math.PI, -0) }],
]);

describe("safetensors", () => {
  it("reads back what it wrote, bit by bit", () => {
    const read = readSafetensors(writeSafetensors(tensors, { key: "value" }), "file");
    expect(read.metadata).toEqual({ key: "value" });
    expect(read.tensors.get("a")).toEqual(tensors.get("a"));
    expect(read.tensors.get("b")).toEqual(tensors.get("b"));
  });

  it("reads a Buffer that starts at any byte, as readFile gives it, and keeps none of it", () => {
    const written = writeSafetensors(tensors, {});
    for (const shift of [0, 1, 3]) {
      const buffer = Buffer.alloc(written.length + shift);
      buffer.set(written, shift);
      const read = readSafetensors(buffer.subarray(shift), "file");
      buffer.fill(0);
      expect(read.tensors.get("a")).toEqual(tensors.get("a"));
      expect(read.tensors.get("b")).toEqual(tensors.get("b"));
    }
  });

  it("leaves the bytes of a Buffer as they are, so that they can be read again", () => {
    const buffer = Buffer.from(writeSafetensors(tensors, { key: "value" }));
    const before = Uint8Array.from(buffer);
    readSafetensors(buffer, "file");
    expect(Uint8Array.from(buffer)).toEqual(before);
    expect(readSafetensors(buffer, "file").metadata).toEqual({ key: "value" });
  });
});

/**
 * The device's memory: one WebAssembly memory, and an allocator of regions in it on the host's side.
 *
 * A page that is not cross-origin isolated cannot share memory with its worker; there the worker
 * owns the memory and the host reaches it by messages. Both look the same from outside.
 */
import { CoupletError, internalError } from "../../../error.ts";

/** WebAssembly's page. */
const PAGE = 65536;

/** Below lie the kernels' static data. */
const FIRST_ADDRESS = 4 * PAGE;

/** Regions begin on cache lines. */
const ALIGNMENT = 64;

/** 4 GiB: as far as a 32-bit WebAssembly memory goes. Only addresses are reserved, not memory. */
const MOST_PAGES = 65536;

/** What a memory is born with. */
export const INITIAL_BYTES: number = 64 * PAGE;

export function createMemory(): WebAssembly.Memory {
  // Some systems refuse to reserve so many addresses: ask for less then.
  for (let maximum = MOST_PAGES; ; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL_BYTES / PAGE, maximum, shared: true });
    } catch (cause) {
      if (maximum <= 1024) {
        throw new CoupletError({
          code: "OUT_OF_MEMORY",
          where: "cpu device",
          expected: "at least 64 MB of address space for WebAssembly",
          received: "a refusal",
          cause,
        });
      }
    }
  }
}

/** Reads and writes of a memory that may be elsewhere. */
export interface MemoryAccess {
  write(address: number, data: ArrayBufferView): void;
  read(address: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>>;
  /** `read` of a memory that is here; absent for one that is elsewhere. */
  readNow?(address: number, byteLength: number): Uint8Array<ArrayBuffer>;
  grow(byteLength: number): void;
}

export function directAccess(memory: WebAssembly.Memory): MemoryAccess {
  const readNow = (address: number, byteLength: number) =>
    new Uint8Array(memory.buffer, address, byteLength).slice();
  return {
    write(address, data) {
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      new Uint8Array(memory.buffer, address, data.byteLength).set(bytes);
    },
    readNow,
    read: (address, byteLength) => Promise.resolve(readNow(address, byteLength)),
    grow(byteLength) {
      const pages = Math.ceil((byteLength - memory.buffer.byteLength) / PAGE);
      if (pages <= 0) return;
      try {
        memory.grow(pages);
      } catch (cause) {
        throw new CoupletError({
          code: "OUT_OF_MEMORY",
          where: "cpu device",
          expected: `room for ${(byteLength / 2 ** 20).toFixed(0)} MB`,
          received: `a refusal at ${(memory.buffer.byteLength / 2 ** 20).toFixed(0)} MB`,
          hint: 'Use fewer rows at a time, a smaller model, or memory: "reversible".',
          cause,
        });
      }
    },
  };
}

/** Regions of the memory, first fit; freed neighbours merge. */
export class Regions {
  readonly #access: MemoryAccess;
  readonly #sizes = new Map<number, number>();
  #free: { start: number; end: number }[] = [];
  #end = FIRST_ADDRESS;

  constructor(access: MemoryAccess) {
    this.#access = access;
  }

  allocate(byteLength: number): number {
    if (!(byteLength >= 0)) throw internalError(`a region of ${byteLength} bytes`);
    const size = Math.max(ALIGNMENT, Math.ceil(byteLength / ALIGNMENT) * ALIGNMENT);
    const hole = this.#free.find(({ start, end }) => end - start >= size);
    if (hole !== undefined) {
      const address = hole.start;
      hole.start += size;
      this.#free = this.#free.filter(({ start, end }) => end > start);
      this.#sizes.set(address, size);
      return address;
    }
    const address = this.#end;
    if (address + size > MOST_PAGES * PAGE) {
      throw new CoupletError({
        code: "OUT_OF_MEMORY",
        where: "cpu device",
        expected: "less than 4 GB in all",
        received: `a further ${(size / 2 ** 20).toFixed(0)} MB beside ${(this.#end / 2 ** 20).toFixed(0)} MB`,
        hint: "Use fewer rows at a time, or a smaller model.",
      });
    }
    this.#access.grow(address + size + PAGE);
    this.#end = address + size;
    this.#sizes.set(address, size);
    return address;
  }

  release(address: number): void {
    const size = this.#sizes.get(address);
    if (size === undefined) throw internalError(`release of ${address}, which is no region`);
    this.#sizes.delete(address);
    let merged = { start: address, end: address + size };
    const rest: { start: number; end: number }[] = [];
    for (const hole of this.#free) {
      if (hole.end === merged.start) merged = { start: hole.start, end: merged.end };
      else if (hole.start === merged.end) merged = { start: merged.start, end: hole.end };
      else rest.push(hole);
    }
    if (merged.end === this.#end) this.#end = merged.start;
    else rest.push(merged);
    this.#free = rest.sort((a, b) => a.start - b.start);
  }
}

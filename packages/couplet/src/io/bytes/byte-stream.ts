/** Bytes that come in pieces, taken as many at a time as a format has. */

/** Takes bytes from pieces in order; holds no more of them than the last piece that came. */
export class ByteStream {
  readonly #source: AsyncIterator<Uint8Array, void, void>;
  #piece: Uint8Array = new Uint8Array(0);
  #taken = 0;

  constructor(source: AsyncIterator<Uint8Array, void, void>) {
    this.#source = source;
  }

  /** Bytes taken so far. */
  get taken(): number {
    return this.#taken;
  }

  /** The next `length` bytes; fewer where the source ends before. Memory grows with what comes, not with what is asked for. */
  async take(length: number): Promise<Uint8Array> {
    await this.#fill();
    if (this.#piece.length >= length) return this.#cut(length);
    const parts: Uint8Array[] = [];
    let missing = length;
    while (missing > 0 && this.#piece.length > 0) {
      const part = this.#cut(Math.min(missing, this.#piece.length));
      parts.push(part);
      missing -= part.length;
      await this.#fill();
    }
    return joined(parts);
  }

  /** What is left, piece by piece. */
  async *rest(): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      await this.#fill();
      if (this.#piece.length === 0) return;
      yield this.#cut(this.#piece.length);
    }
  }

  /** Tells the source that nothing more is wanted. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }

  #cut(length: number): Uint8Array {
    const part = this.#piece.subarray(0, length);
    this.#piece = this.#piece.subarray(length);
    this.#taken += part.length;
    return part;
  }

  async #fill(): Promise<void> {
    while (this.#piece.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return;
      this.#piece = next.value;
    }
  }
}

/** Pieces as one. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

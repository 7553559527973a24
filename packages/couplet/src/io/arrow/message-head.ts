/**
 * The metadata of an Arrow message (a FlatBuffer; Message.fbs and Schema.fbs), looked through before a decoder trusts it: every
 * list lies within the metadata, every count within what the body can hold.
 */

/** Fields of all levels together, at most; tables that point to each other would have no end. */
const MOST_FIELDS = 100_000;
const MOST_DEPTH = 64;
/** Cells of nothing but nulls or runs need no bytes; more of them than this in one batch are not believed. */
const MOST_WITHOUT_BYTES = 10_000_000;

/** What a message is. */
export interface MessageHead {
  /** Of MessageHeader: 1 schema, 2 dictionary, 3 record batch. */
  readonly type: number;
  /** Bytes after the metadata. */
  readonly bodyLength: number;
  /** Of a dictionary batch: the dictionary's number, and whether the batch adds to it rather than take its place. */
  readonly dictionary?: { readonly id: bigint; readonly isDelta: boolean };
}

/** @throws RangeError for metadata that leave their bytes or count what is not there */
export function messageHead(metadata: Uint8Array): MessageHead {
  const bytes = new DataView(metadata.buffer, metadata.byteOffset, metadata.length);
  const message = tableAt(bytes, bytes.getUint32(0, true));
  const typeAt = message(1);
  const type = typeAt === 0 ? 0 : bytes.getUint8(typeAt);
  const bodyAt = message(3);
  const bodyLength = bodyAt === 0 ? 0 : whole(bytes.getBigInt64(bodyAt, true));
  const header = pointed(bytes, message(2));
  if (header !== undefined) {
    if (type === 1) checkSchema(bytes, header);
    if (type === 2) checkBatch(bytes, pointed(bytes, tableAt(bytes, header)(1)), bodyLength);
    if (type === 3) checkBatch(bytes, header, bodyLength);
  }
  if (type !== 2 || header === undefined) return { type, bodyLength };
  const [idAt, deltaAt] = [tableAt(bytes, header)(0), tableAt(bytes, header)(2)];
  return {
    type,
    bodyLength,
    dictionary: {
      id: idAt === 0 ? 0n : bytes.getBigInt64(idAt, true),
      isDelta: deltaAt !== 0 && bytes.getUint8(deltaAt) !== 0,
    },
  };
}

function checkSchema(bytes: DataView, at: number): void {
  const schema = tableAt(bytes, at);
  const budget = { fields: MOST_FIELDS };
  vector(bytes, schema(2), 4);
  checkFields(bytes, schema(1), 0, budget);
}

function checkFields(bytes: DataView, at: number, depth: number, budget: { fields: number }): void {
  const fields = vector(bytes, at, 4);
  budget.fields -= fields.count;
  if (budget.fields < 0 || depth > MOST_DEPTH) throw new RangeError("fields without end");
  for (let i = 0; i < fields.count; i++) {
    const entry = fields.first + 4 * i;
    const field = tableAt(bytes, entry + bytes.getUint32(entry, true));
    vector(bytes, field(0), 1);
    vector(bytes, field(6), 4);
    checkFields(bytes, field(5), depth + 1, budget);
  }
}

function checkBatch(bytes: DataView, at: number | undefined, bodyLength: number): void {
  if (at === undefined) return;
  const most = Math.max(MOST_WITHOUT_BYTES, 8 * bodyLength);
  const batch = tableAt(bytes, at);
  const lengthAt = batch(0);
  if (lengthAt !== 0 && whole(bytes.getBigInt64(lengthAt, true)) > most)
    throw new RangeError("more rows than its bytes can hold");
  const nodes = vector(bytes, batch(1), 16);
  for (let i = 0; i < nodes.count; i++)
    if (whole(bytes.getBigInt64(nodes.first + 16 * i, true)) > most)
      throw new RangeError("more cells than its bytes can hold");
  const buffers = vector(bytes, batch(2), 16);
  for (let i = 0; i < buffers.count; i++) {
    const from = whole(bytes.getBigInt64(buffers.first + 16 * i, true));
    if (from + whole(bytes.getBigInt64(buffers.first + 16 * i + 8, true)) > bodyLength)
      throw new RangeError("cells beyond its end");
  }
  vector(bytes, batch(4), 8);
}

/** The fields of a table: where each lies; 0 for one that is left out. */
function tableAt(bytes: DataView, at: number): (field: number) => number {
  const table = at - bytes.getInt32(at, true);
  const fields = (bytes.getUint16(table, true) - 4) / 2;
  return (field) => {
    const offset = field < fields ? bytes.getUint16(table + 4 + 2 * field, true) : 0;
    return offset === 0 ? 0 : at + offset;
  };
}

function pointed(bytes: DataView, at: number): number | undefined {
  return at === 0 ? undefined : at + bytes.getUint32(at, true);
}

/** A list: the position of its first element, and its length. */
function vector(bytes: DataView, at: number, size: number): { first: number; count: number } {
  const start = pointed(bytes, at);
  if (start === undefined) return { first: 0, count: 0 };
  const count = bytes.getUint32(start, true);
  if (start + 4 + count * size > bytes.byteLength)
    throw new RangeError("a list longer than its bytes");
  return { first: start + 4, count };
}

/** A number that counts something. */
function whole(value: bigint): number {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RangeError(`a length of ${value}`);
  return Number(value);
}

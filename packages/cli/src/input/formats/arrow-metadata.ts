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
}

/** @throws RangeError for metadata that leave their bytes or count what is not there */
export function messageHead(metadata: Buffer): MessageHead {
  const message = tableAt(metadata, metadata.readUInt32LE(0));
  const typeAt = message(1);
  const type = typeAt === 0 ? 0 : metadata.readUInt8(typeAt);
  const bodyAt = message(3);
  const bodyLength = bodyAt === 0 ? 0 : whole(metadata.readBigInt64LE(bodyAt));
  const header = pointed(metadata, message(2));
  if (header !== undefined) {
    if (type === 1) checkSchema(metadata, header);
    if (type === 2)
      checkBatch(metadata, pointed(metadata, tableAt(metadata, header)(1)), bodyLength);
    if (type === 3) checkBatch(metadata, header, bodyLength);
  }
  return { type, bodyLength };
}

function checkSchema(bytes: Buffer, at: number): void {
  const schema = tableAt(bytes, at);
  const budget = { fields: MOST_FIELDS };
  vector(bytes, schema(2), 4);
  checkFields(bytes, schema(1), 0, budget);
}

function checkFields(bytes: Buffer, at: number, depth: number, budget: { fields: number }): void {
  const fields = vector(bytes, at, 4);
  budget.fields -= fields.count;
  if (budget.fields < 0 || depth > MOST_DEPTH) throw new RangeError("fields without end");
  for (let i = 0; i < fields.count; i++) {
    const entry = fields.first + 4 * i;
    const field = tableAt(bytes, entry + bytes.readUInt32LE(entry));
    vector(bytes, field(0), 1);
    vector(bytes, field(6), 4);
    checkFields(bytes, field(5), depth + 1, budget);
  }
}

function checkBatch(bytes: Buffer, at: number | undefined, bodyLength: number): void {
  if (at === undefined) return;
  const most = Math.max(MOST_WITHOUT_BYTES, 8 * bodyLength);
  const batch = tableAt(bytes, at);
  const lengthAt = batch(0);
  if (lengthAt !== 0 && whole(bytes.readBigInt64LE(lengthAt)) > most)
    throw new RangeError("more rows than its bytes can hold");
  const nodes = vector(bytes, batch(1), 16);
  for (let i = 0; i < nodes.count; i++)
    if (whole(bytes.readBigInt64LE(nodes.first + 16 * i)) > most)
      throw new RangeError("more cells than its bytes can hold");
  const buffers = vector(bytes, batch(2), 16);
  for (let i = 0; i < buffers.count; i++) {
    const from = whole(bytes.readBigInt64LE(buffers.first + 16 * i));
    if (from + whole(bytes.readBigInt64LE(buffers.first + 16 * i + 8)) > bodyLength)
      throw new RangeError("cells beyond its end");
  }
  vector(bytes, batch(4), 8);
}

/** The fields of a table: where each lies; 0 for one that is left out. */
function tableAt(bytes: Buffer, at: number): (field: number) => number {
  const table = at - bytes.readInt32LE(at);
  const fields = (bytes.readUInt16LE(table) - 4) / 2;
  return (field) => {
    const offset = field < fields ? bytes.readUInt16LE(table + 4 + 2 * field) : 0;
    return offset === 0 ? 0 : at + offset;
  };
}

function pointed(bytes: Buffer, at: number): number | undefined {
  return at === 0 ? undefined : at + bytes.readUInt32LE(at);
}

/** A list: the position of its first element, and its length. */
function vector(bytes: Buffer, at: number, size: number): { first: number; count: number } {
  const start = pointed(bytes, at);
  if (start === undefined) return { first: 0, count: 0 };
  const count = bytes.readUInt32LE(start);
  if (start + 4 + count * size > bytes.length) throw new RangeError("a list longer than its bytes");
  return { first: start + 4, count };
}

/** A number that counts something. */
function whole(value: bigint): number {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new RangeError(`a length of ${value}`);
  return Number(value);
}

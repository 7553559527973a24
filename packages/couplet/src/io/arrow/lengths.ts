/**
 * The lengths in an Arrow record batch against the bytes that are there: a decoder takes a length for granted, and reads on where
 * nothing is, or for ever.
 */

type Types = (typeof import("@uwdata/flechette"))["Type"];

/** The parts of a decoded batch of a column that lengths are checked by. */
export interface DecodedBatch {
  readonly length: number;
  readonly nullCount: number;
  readonly type: {
    readonly typeId: number;
    readonly bitWidth?: number;
    readonly stride?: number;
    readonly unit?: number;
  };
  readonly validity?: Uint8Array;
  readonly values?: { readonly byteLength: number; readonly BYTES_PER_ELEMENT: number };
  readonly offsets?: ArrayLike<number | bigint>;
  readonly sizes?: ArrayLike<number | bigint>;
  readonly children?: readonly DecodedBatch[];
}

/** Cells that need no bytes (of nothing but nulls, of runs) in one batch, at most. */
const MOST_WITHOUT_BYTES = 10_000_000;

/**
 * What is wrong with the lengths of a column's batch; undefined when nothing is.
 *
 * @param Type flechette's numbers of types
 * @param rows that the batch is said to have
 */
export function wrongLength(Type: Types, batch: DecodedBatch, rows: number): string | undefined {
  if (batch.length !== rows) return `${batch.length} cells for ${rows} rows`;
  return lacking(Type, batch);
}

function lacking(Type: Types, batch: DecodedBatch): string | undefined {
  const { length, nullCount, validity, offsets, sizes, children = [] } = batch;
  const { typeId, stride = 1 } = batch.type;
  const short = (what: string, there: number) =>
    there < length ? `${length} cells, and ${what} of ${there}` : undefined;
  if (!Number.isSafeInteger(length) || length < 0) return `${length} cells`;
  const needsNone = typeId === Type.Null || typeId === Type.RunEndEncoded;
  if (needsNone && length > MOST_WITHOUT_BYTES) return `${length} cells without bytes`;
  let found: string | undefined;
  if (nullCount > 0 && !needsNone && typeId !== Type.Union)
    found = short("a bitmap", 8 * (validity?.byteLength ?? 0));
  if (sizes !== undefined) found ??= short("sizes", sizes.length);
  const pairs = offsets !== undefined && sizes === undefined && typeId !== Type.Union;
  if (offsets !== undefined) found ??= short("offsets", offsets.length - (pairs ? 1 : 0));
  if (offsets === undefined && batch.values !== undefined)
    found ??= short("values", Math.floor((8 * batch.values.byteLength) / bitsOf(Type, batch)));
  if (found !== undefined) return found;
  const inside = children[0]?.length ?? batch.values?.byteLength ?? 0;
  if (pairs) found = disorder(offsets, length, inside);
  if (typeId === Type.Struct)
    found ??= children.map(({ length: n }) => short("a field", n)).find(Boolean);
  if (typeId === Type.FixedSizeList) found ??= short("lists", Math.floor(inside / stride));
  return found ?? children.map((child) => lacking(Type, child)).find((text) => text !== undefined);
}

/** Where texts and lists begin: in order, and within what they are cut from. */
function disorder(
  offsets: ArrayLike<number | bigint>,
  length: number,
  inside: number,
): string | undefined {
  let before = 0;
  for (let i = 0; i <= length; i++) {
    const at = Number(offsets[i]);
    if (at < before || at > inside) return `a cell that ends at ${at} of ${inside}`;
    before = at;
  }
  return undefined;
}

/** Bits of one cell among the values. */
function bitsOf(Type: Types, { type, values }: DecodedBatch): number {
  switch (type.typeId) {
    case Type.Bool:
      return 1;
    case Type.Decimal:
      return type.bitWidth ?? 128;
    case Type.FixedSizeBinary:
      return 8 * (type.stride ?? 1);
    case Type.BinaryView:
    case Type.Utf8View:
      return 128;
    case Type.Interval:
      // Years and months, days and time, or both with nanoseconds.
      return [32, 64, 128][type.unit ?? 0] ?? 128;
    default:
      return 8 * (values?.BYTES_PER_ELEMENT ?? 1);
  }
}

/** Reads safetensors. Nothing in a file is trusted: every length, offset and shape is checked before it is used. */
import { CoupletError } from "../error.ts";
import { invalidFile } from "./invalid-file.ts";
import { checksum } from "./checksum.ts";
import { parseJson } from "./parse-json.ts";
import { CHECKSUM, UNKNOWN } from "./safetensors.ts";
import type { SafetensorsFile } from "./safetensors.ts";

/** The format's own limit on the header. */
const MOST_HEADER_BYTES = 100_000_000;

/**
 * The tensors and the metadata of a file. A `checksum` that `writeSafetensors` left is compared
 * and taken away; a file without one (another writer's) is read as it is.
 *
 * @param where the file's name, for messages
 * @throws CoupletError FILE_INVALID saying what is wrong where; USAGE where these are not bytes
 */
export function readSafetensors(bytes: Uint8Array, where: string): SafetensorsFile {
  const invalid = (expected: string, received: string, hint?: string) =>
    invalidFile(where, expected, received, hint);
  checkBytes(bytes, where);
  if (bytes.length < 8)
    throw invalid("a safetensors file (8 bytes of header length first)", `${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  if (headerLength > MOST_HEADER_BYTES && isText(bytes))
    throw invalid(
      "a model file",
      "text",
      "A table is not a model: fit it first (fitTable, or couplet fit).",
    );
  if (headerLength > MOST_HEADER_BYTES || 8 + headerLength > bytes.length) {
    throw invalid(
      `a header of at most ${Math.min(MOST_HEADER_BYTES, bytes.length - 8)} bytes`,
      String(headerLength),
      "The file is cut off, or not a safetensors file.",
    );
  }
  const head = bytes.subarray(8, 8 + headerLength);
  const header = parseHeader(head, where, invalid);
  // A plain Uint8Array: `slice` of Node's Buffer would be a view, not a copy.
  const data = new Uint8Array(
    bytes.buffer,
    bytes.byteOffset + 8 + headerLength,
    bytes.length - 8 - headerLength,
  );
  const tensors = new Map<
    string,
    { shape: readonly number[]; data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> }
  >();
  const spans: [number, number, string][] = [];
  let metadata: Record<string, string> = {};
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      if (!isRecord(entry) || !Object.values(entry).every((text) => typeof text === "string")) {
        throw invalid("metadata of strings", typeof entry);
      }
      const { [CHECKSUM]: sum, ...others } = entry as Record<string, string>;
      if (sum !== undefined) compareChecksum(sum, head, data, invalid);
      metadata = others;
      continue;
    }
    const { dtype, shape, begin, end } = checkEntry(name, entry, data.length, invalid);
    spans.push([begin, end, name]);
    // A copy: the bytes may start anywhere, typed arrays may not.
    const buffer = data.slice(begin, end).buffer as ArrayBuffer;
    tensors.set(name, {
      shape,
      data: dtype === "F64" ? new Float64Array(buffer) : new Float32Array(buffer),
    });
  }
  checkSpans(spans, data.length, invalid);
  return { tensors, metadata };
}

/** A path, or an ArrayBuffer as `fetch` gives it, would fail somewhere deep inside. */
function checkBytes(bytes: unknown, where: string): void {
  if (ArrayBuffer.isView(bytes) && (bytes as Uint8Array).BYTES_PER_ELEMENT === 1) return;
  const buffer = Object.prototype.toString.call(bytes) === "[object ArrayBuffer]";
  throw new CoupletError({
    code: "USAGE",
    where,
    expected: "bytes (a Uint8Array)",
    received: buffer ? "an ArrayBuffer" : bytes === null ? "null" : typeof bytes,
    ...(buffer ? { hint: "Wrap it: new Uint8Array(buffer)." } : {}),
  });
}

function compareChecksum(sum: string, head: Uint8Array, data: Uint8Array, invalid: Invalid): void {
  const altered =
    "The file was cut or altered after it was written; write it again from its source.";
  const entry = `"${CHECKSUM}":"`;
  const at = new TextDecoder("latin1").decode(head).indexOf(entry + sum);
  if (at === -1 || sum.length !== UNKNOWN.length)
    throw invalid(`a checksum of ${UNKNOWN.length} digits, as it was written`, sum, altered);
  // A copy in any case: the slice of a Buffer is a view of the caller's bytes.
  const blank = Uint8Array.from(head);
  blank.set(new TextEncoder().encode(UNKNOWN), at + entry.length);
  const found = checksum(blank, data);
  if (found !== sum) throw invalid(`bytes with the checksum ${sum}`, found, altered);
}

type Invalid = (expected: string, received: string, hint?: string) => CoupletError;

function parseHeader(bytes: Uint8Array, where: string, invalid: Invalid): Record<string, unknown> {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid("a header in UTF-8", (cause as Error).message);
  }
  const parsed = parseJson(text, `${where}: header`);
  if (!isRecord(parsed))
    throw invalid("a JSON object as header", Array.isArray(parsed) ? "an array" : typeof parsed);
  return parsed;
}

function checkEntry(name: string, entry: unknown, dataLength: number, invalid: Invalid) {
  if (!isRecord(entry)) throw invalid(`an object for tensor "${name}"`, typeof entry);
  const { dtype, shape, data_offsets: offsets } = entry;
  if (dtype !== "F32" && dtype !== "F64")
    throw invalid(`tensor "${name}" of type F32 or F64`, String(dtype));
  const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isCount))
    throw invalid(`a shape for tensor "${name}"`, JSON.stringify(shape));
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw invalid(`two offsets for tensor "${name}"`, JSON.stringify(offsets));
  }
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataLength) {
    throw invalid(
      `tensor "${name}" within the ${dataLength} bytes of data`,
      `bytes ${begin} to ${end}`,
    );
  }
  const size = shape.reduce((product: number, n: number) => product * n, dtype === "F64" ? 8 : 4);
  if (size !== end - begin)
    throw invalid(
      `${size} bytes for tensor "${name}" of shape [${shape.join(", ")}]`,
      String(end - begin),
    );
  return { dtype, shape: shape as number[], begin, end };
}

/** The format forbids holes and overlaps. */
function checkSpans(spans: [number, number, string][], dataLength: number, invalid: Invalid): void {
  let at = 0;
  for (const [begin, end, name] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (begin !== at) throw invalid(`tensor "${name}" to begin at byte ${at}`, String(begin));
    at = end;
  }
  if (at !== dataLength)
    throw invalid(
      `${at} bytes of data`,
      String(dataLength),
      "There are bytes that no tensor owns.",
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a file begins like one of words: a length of a header has zeros among its eight bytes. */
function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8).every((byte) => byte >= 32 || (byte >= 9 && byte <= 13));
}

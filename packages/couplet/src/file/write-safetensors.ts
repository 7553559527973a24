/** Writes safetensors. */
import { checksum } from "./checksum.ts";
import { CHECKSUM, UNKNOWN } from "./safetensors.ts";
import type { FileTensor } from "./safetensors.ts";

/**
 * The bytes of a file. Its metadata gets an entry `checksum` over everything else in the file
 * (`readSafetensors` compares it; other readers see one more string).
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, FileTensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = {
    __metadata__: { [CHECKSUM]: UNKNOWN, ...metadata },
  };
  let offset = 0;
  // Eight-byte numbers first, so that every tensor is aligned for its type.
  const ordered = [...tensors].sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  for (const [name, { shape, data }] of ordered) {
    header[name] = {
      dtype: data instanceof Float64Array ? "F64" : "F32",
      shape,
      data_offsets: [offset, offset + data.byteLength],
    };
    offset += data.byteLength;
  }
  let json = JSON.stringify(header);
  const encoder = new TextEncoder();
  // Spaces at the end are allowed: the data begins on a multiple of 8.
  json += " ".repeat((8 - (encoder.encode(json).length % 8)) % 8);
  const head = encoder.encode(json);
  const bytes = new Uint8Array(8 + head.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  let at = 8 + head.length;
  for (const [, { data }] of ordered) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  const sum = checksum(head, bytes.subarray(8 + head.length));
  bytes.set(encoder.encode(sum), 8 + json.indexOf(UNKNOWN));
  return bytes;
}

/** Bytes as a NumPy array (NEP 1, version 1). */

export function npyBytes(data: Uint8Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const words = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape.join(", ")},), }`;
  // The numbers begin on a multiple of 64.
  const length = Math.ceil((10 + words.length + 1) / 64) * 64 - 10;
  const header = Buffer.from(`\x93NUMPY\x01\x00\0\0${words.padEnd(length - 1)}\n`, "latin1");
  header.writeUInt16LE(length, 8);
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}

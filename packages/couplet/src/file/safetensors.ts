/**
 * safetensors: 8 bytes of header length (little-endian), a JSON header, then the tensors' bytes.
 * Readable by every safetensors reader (https://github.com/huggingface/safetensors, "Format").
 */

/** A tensor to write: its data is row-major. */
export interface FileTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** What a file holds. */
export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<
    string,
    {
      readonly shape: readonly number[];
      readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
    }
  >;
  /** The format allows strings only. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The metadata entry with the file's checksum. */
export const CHECKSUM = "checksum";
/** The checksum while it is computed. */
export const UNKNOWN = "0000000000000000";

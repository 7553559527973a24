/** A model's file as bytes, with its name for messages. */
import type { BytesSource } from "./bytes-of.ts";

/** What reading has given, and what it is called. */
export interface OpenedBytes {
  readonly bytes: Uint8Array;
  readonly where: string;
}

/**
 * The bytes of a source, and its name: the given one, or its own. Few programs have more than bytes: what reads it is loaded then.
 *
 * @throws CoupletError as `bytesOf`
 */
export async function openBytes(
  source: BytesSource,
  given: string | undefined,
): Promise<OpenedBytes> {
  const named = given ?? "model file";
  if (source instanceof Uint8Array) return { bytes: source, where: named };
  const { bytesOf, nameOf } = await import("./bytes-of.ts");
  const where = given ?? nameOf(source) ?? named;
  return { bytes: await bytesOf(source, where), where };
}

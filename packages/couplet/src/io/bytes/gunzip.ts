/**
 * Gzip (RFC 1952) in pieces, by the optional peer dependency `pako`: one or several members, each held to the checksum and the size in
 * its trailer. The platform's `DecompressionStream` refuses files of several members (bgzip, pigz, appended logs) in some browsers.
 */
import { optionalPackage } from "../../optional-package.ts";
import { checkExpansion, damagedFile } from "../../file/expansion.ts";

/** Bytes inflated at once: what came out is counted before more comes. */
const STEP = 1 << 14;

/**
 * The content of all members. Zeros after the last one, as tapes and disks of fixed blocks add them, are left out.
 *
 * @param name of the file, for messages
 * @throws CoupletError FILE_INVALID for a member that is cut or damaged, for other bytes after one, and for what unpacks without end
 */
export async function* gunzip(
  pieces: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<Uint8Array, void, void> {
  const { Inflate } = await optionalPackage(
    "pako",
    (elsewhere) => import("pako").catch(elsewhere),
    "Gzip files",
  );
  let out: Uint8Array[] = [];
  const begin = (): Inflating => {
    const inflate = new Inflate({ windowBits: 31, chunkSize: 1 << 16 });
    inflate.onData = (chunk) => void out.push(chunk);
    inflate.onEnd = () => undefined;
    return inflate as unknown as Inflating;
  };
  let member: Inflating | undefined = begin();
  let [packed, unpacked] = [0, 0];
  for await (const piece of pieces) {
    packed += piece.length;
    let left = piece;
    while (left.length > 0) {
      if (member === undefined) {
        // Padding before another member, or to the end.
        left = left.subarray(leadingZeros(left));
        if (left.length === 0) break;
        member = begin();
      }
      const part = left.subarray(0, STEP);
      member.push(part, false);
      if (member.err < 0) throw damagedFile(name, "gzip", reason(member.msg));
      left = left.subarray(part.length - (member.ended ? member.strm.avail_in : 0));
      if (member.ended) member = undefined;
      for (const chunk of out) unpacked += chunk.length;
      checkExpansion(name, packed, unpacked);
      yield* out;
      out = [];
    }
  }
  if (member !== undefined) throw damagedFile(name, "gzip", "one that is cut off");
}

/** What is used of pako's inflator; its types hide how much input is left. */
interface Inflating {
  push(bytes: Uint8Array, last: boolean): boolean;
  readonly err: number;
  readonly msg: string;
  readonly ended: boolean;
  readonly strm: { readonly avail_in: number };
}

function leadingZeros(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? bytes.length : first;
}

function reason(message: string): string {
  if (message.includes("data check")) return "content with another checksum than was kept with it";
  if (message.includes("length check")) return "content of another size than was kept with it";
  if (message.includes("header crc")) return "a header with another checksum than was kept with it";
  return message.includes("header check")
    ? "other bytes where a member or the end is due"
    : message;
}

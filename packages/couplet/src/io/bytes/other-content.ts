/** What is downloaded or saved in a table's place, and under its name. */
import { latin1, startsWith } from "./head.ts";
import type { FileHead } from "./head.ts";

const IMAGES =
  "Images are no table: couplet/images reads them, couplet fit takes a folder of PNG files.";

/** Files that begin with bytes of their own. */
const MAGICS: readonly (readonly [magic: string, what: string, hint: string])[] = [
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document (.xls)", "Save the sheet as CSV."],
  ["BZh", "a bzip2 file", "Unpack it first: bunzip2."],
  ["\xfd7zXZ\0", "an xz file", "Unpack it first: unxz."],
  ["7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it first: 7z x."],
  ["Rar!\x1a\x07", "a rar archive", "Unpack it first."],
  ["\x89HDF\r\n", "an HDF5 file", "Write Parquet or .npy instead."],
  ["\x89PNG\r\n", "an image (PNG)", IMAGES],
  ["\xff\xd8\xff", "an image (JPEG)", IMAGES],
  ["GIF8", "an image (GIF)", IMAGES],
];

/** What a file is that is neither a table nor unknown, and what to do with it. */
export function otherContent({
  bytes,
}: FileHead): readonly [what: string, hint: string] | undefined {
  const start = latin1(bytes, 0, 1024)
    .replace(/^\u00EF\u00BB\u00BF/, "")
    .trimStart();
  if (/^(<!doctype html|<html|<head|<body)\b/i.test(start))
    return [
      "a page of HTML",
      "A download that asks for a login gives one: open it in a browser to see.",
    ];
  if (/^<(\?xml|[a-z][\w:.-]*[\s>])/i.test(start)) return ["XML", "Export it as CSV."];
  if (start.startsWith("%PDF-")) return ["a PDF", "Export the table as CSV."];
  if (start.startsWith("version https://git-lfs."))
    return ["a pointer of Git LFS, not the file", "Fetch the file: git lfs pull."];
  if (start.startsWith("SQLite format 3")) return ["an SQLite database", "Export a table as CSV."];
  const found = MAGICS.find(([magic]) => startsWith(bytes, magic));
  if (found !== undefined) return [found[1], found[2]];
  if (latin1(bytes, 257, 262) === "ustar") return ["a tar archive", "Unpack it first: tar -xf."];
  if (
    startsWith(bytes, "PK\x03\x04") &&
    /\[Content_Types\]\.xml|_rels\/|xl\/|opendocument\.spreadsheet/.test(latin1(bytes, 0, 8192))
  )
    return ["a spreadsheet (.xlsx or .ods)", "Save the sheet as CSV."];
  if (isModelStart(bytes))
    return ["a model", "couplet inspect, sample or score take it; fit takes tables."];
  return undefined;
}

/** A model begins with the length of a header in JSON, little of which is as large as text would make it. */
export function isModelStart(bytes: Uint8Array): boolean {
  const isSmall = bytes.subarray(4, 8).every((byte) => byte === 0);
  return bytes.length > 16 && isSmall && latin1(bytes, 8, 10) === '{"';
}

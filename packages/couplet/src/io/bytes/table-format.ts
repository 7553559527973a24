/** What a file is: its first bytes say it where they can, its name otherwise. */
import { CoupletError } from "../../error.ts";
import { LIBRARY_WORDS } from "../option-words.ts";
import type { OptionWords } from "../option-words.ts";
import type { FileHead } from "./head.ts";
import { startsWith } from "./head.ts";
import { otherContent } from "./other-content.ts";

/** What a table's file can be. Found out from its first bytes and its name when not given. */
export const TABLE_FORMATS = [
  "csv",
  "tsv",
  "jsonl",
  "json",
  "parquet",
  "arrow",
  "npy",
  "npz",
] as const;

/** A format of tables. */
export type TableFormat = (typeof TABLE_FORMATS)[number];

const ENDINGS: Readonly<Record<string, TableFormat>> = {
  ".csv": "csv",
  ".tsv": "tsv",
  ".tab": "tsv",
  ".jsonl": "jsonl",
  ".ndjson": "jsonl",
  ".json": "json",
  ".parquet": "parquet",
  ".pq": "parquet",
  ".arrow": "arrow",
  ".arrows": "arrow",
  ".feather": "arrow",
  ".ipc": "arrow",
  ".npy": "npy",
  ".npz": "npz",
};

/** Files that people try, and what to do with them instead. */
const REFUSED: Readonly<Record<string, string>> = {
  ".xlsx": "Save the sheet as CSV.",
  ".xls": "Save the sheet as CSV.",
  ".ods": "Save the sheet as CSV.",
  ".pkl": "Write Parquet instead: data.to_parquet(...).",
  ".pickle": "Write Parquet instead: data.to_parquet(...).",
  ".h5": "Write Parquet or .npy instead.",
  ".rds": "Write CSV instead: write.csv(data, file, row.names = FALSE).",
  ".couplet": "That is a model: couplet inspect, sample or score take it.",
};

/** The ending without that of a compression, in lower case. */
export function endingOf(path: string): string {
  return /\.[a-z0-9]+$/i.exec(path.replace(/\.(gz|gzip|zst|zstd)$/i, ""))?.[0].toLowerCase() ?? "";
}

/**
 * The format of a file: its first bytes decide it where they can (`PAR1`, `ARROW1`, `\x93NUMPY`, a brace), its name otherwise, and
 * what neither decides is CSV.
 *
 * @param path the file's name, for its ending and for messages
 * @param wanted the format that the user gives
 * @param words how the caller's options are called, for hints
 * @throws CoupletError FILE_INVALID for a file of another format than its name says; NOT_SUPPORTED for one of a kind that is not read
 */
export function tableFormat(
  path: string,
  head: FileHead,
  wanted?: TableFormat,
  words: OptionWords = LIBRARY_WORDS,
): TableFormat {
  const ending = endingOf(path);
  const found = magicFormat(head);
  if (wanted === undefined && ending in REFUSED) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: path,
      expected: "CSV, TSV, JSON lines, Parquet, Arrow, .npy or .npz",
      received: `a ${ending} file`,
      hint: REFUSED[ending]!,
    });
  }
  const other = wanted === undefined ? otherContent(head) : undefined;
  if (other !== undefined) {
    const [received, hint] = other;
    throw new CoupletError({
      code: "FILE_INVALID",
      where: path,
      expected: "a table",
      received,
      hint,
    });
  }
  const named = wanted ?? ENDINGS[ending];
  if (named !== undefined && isBinary(named) && found !== named) {
    throw new CoupletError({
      code: "FILE_INVALID",
      where: path,
      expected: `${nameOf(named)} file`,
      received:
        head.size === 0
          ? "an empty one"
          : `other first bytes${found === undefined ? "" : ` (those of ${nameOf(found)} file)`}`,
      hint: `Name its format with ${words.format}.`,
    });
  }
  if (found !== undefined && wanted === undefined) return found;
  if (wanted === undefined && isJsonText(head))
    return named === "csv" || named === "tsv" ? named : jsonKind(head);
  if (named === "json" || named === "jsonl") return jsonKind(head);
  return named ?? "csv";
}

/** Refuses text with control characters, which a binary file decodes to. @throws CoupletError FILE_INVALID */
export function checkText(path: string, decoded: string): void {
  // eslint-disable-next-line no-control-regex
  if (!/[\u0000-\u0008]/.test(decoded.slice(0, 4096))) return;
  throw new CoupletError({
    code: "FILE_INVALID",
    where: path,
    expected: "a table",
    received: "a binary file of unknown format",
    hint: "CSV, TSV, JSON lines, Parquet, Arrow, .npy and .npz are read.",
  });
}

function magicFormat({ bytes }: FileHead): TableFormat | undefined {
  if (startsWith(bytes, "PAR1")) return "parquet";
  if (startsWith(bytes, "ARROW1")) return "arrow";
  if (startsWith(bytes, [0xff, 0xff, 0xff, 0xff])) return "arrow";
  if (startsWith(bytes, "\x93NUMPY")) return "npy";
  if (startsWith(bytes, "PK\x03\x04")) return "npz";
  return undefined;
}

function isBinary(format: TableFormat): boolean {
  return ["parquet", "arrow", "npy", "npz"].includes(format);
}

function nameOf(format: TableFormat): string {
  if (format === "parquet") return "a Parquet";
  return format === "arrow" ? "an Arrow" : `a .${format}`;
}

function isJsonText({ bytes }: FileHead): boolean {
  return /^\uFEFF?\s*(\{\s*"|\[\s*\{)/.test(beginning(bytes));
}

function jsonKind({ bytes }: FileHead): TableFormat {
  return /^\uFEFF?\s*\[/.test(beginning(bytes)) ? "json" : "jsonl";
}

/** The first characters of UTF-8 text, with its byte order mark. */
function beginning(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, 256));
}

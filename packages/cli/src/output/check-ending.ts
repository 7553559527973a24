/** Refuses, for a verb that writes one kind of file, a name that promises another kind. */
import path from "node:path";
import { CoupletError } from "couplet";
import { isDescriptor } from "couplet/node";

/** Endings that say what is inside. Any other ending (a date, a version) promises nothing. */
const KINDS: ReadonlySet<string> = new Set(
  ".csv .tsv .tab .txt .json .jsonl .ndjson .parquet .pq .arrow .feather .npy .npz .xlsx .xls .ods .pkl .pickle .h5 .couplet .html .htm .onnx .pdf .png .svg .md .gz .zst .zip .safetensors .pt .joblib".split(
    " ",
  ),
);

/**
 * @param what the kind of file, with its article: "a model"
 * @param own its endings, the usual one first
 * @throws CoupletError USAGE
 */
export function checkEnding(target: string, what: string, own: readonly string[]): void {
  const ending = path.extname(target).toLowerCase();
  if (own.includes(ending) || !KINDS.has(ending) || isDescriptor(target)) return;
  throw new CoupletError({
    code: "USAGE",
    where: target,
    expected: `a name for ${what}, which ends in ${own.join(" or ")}`,
    received: JSON.stringify(ending),
    hint: `Write it to ${path.basename(target, path.extname(target))}${own[0]!}, say.`,
  });
}

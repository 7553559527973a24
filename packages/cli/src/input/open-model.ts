/** The model that a verb takes first, and what to say where something else stands there. */
import { open, stat } from "node:fs/promises";
import { CoupletError, FlowModel } from "couplet";
import { TableModel } from "couplet/table";
import { endingOf, isModelStart, otherContent } from "couplet/io";
import { readHead } from "./formats/file-head.ts";

/**
 * @param data the tables that are given beside it: where one of them is a model, they are the other way round
 * @throws CoupletError what `TableModel.load` throws, with a hint where the file is a table; FILE_INVALID for a table
 */
export async function openModel(
  file: string,
  flags: { readonly threads?: number },
  data: readonly string[] = [],
): Promise<TableModel> {
  await checkModelFile(file, data);
  return TableModel.load(file, flags.threads === undefined ? {} : { threads: flags.threads });
}

/** A model file is of a table, with a schema, or of a flow of numbers alone, as `FlowModel.save` writes it. */
export type AnyModel =
  | { readonly kind: "table"; readonly model: TableModel }
  | { readonly kind: "flow"; readonly model: FlowModel };

/**
 * The model of a file of either kind.
 *
 * @throws CoupletError as {@link openModel} does
 */
export async function openAnyModel(
  file: string,
  flags: { readonly threads?: number },
): Promise<AnyModel> {
  await checkModelFile(file);
  const options = flags.threads === undefined ? {} : { threads: flags.threads };
  try {
    return { kind: "table", model: await TableModel.load(file, options) };
  } catch (error) {
    if (!(error instanceof CoupletError) || error.code !== "FILE_INVALID") throw error;
    // A damaged file fails here again, in the words of the flow's reader; a damaged schema is an error of its own.
    const model = await FlowModel.load(file, options);
    if (!TableModel.isOfTable(model)) return { kind: "flow", model };
    model.dispose();
    throw error;
  }
}

/**
 * Nothing, when the file may be a model: what reads it says more.
 *
 * @throws CoupletError USAGE for a classifier; FILE_INVALID with a hint where it is a table, or where a model among `data` tells that they are swapped
 */
export async function checkModelFile(file: string, data: readonly string[] = []): Promise<void> {
  if (await isClassifier(file)) {
    throw new CoupletError({
      code: "USAGE",
      where: file,
      expected: "a flow, which has densities and samples",
      received: "a classifier",
      hint: `couplet predict ${file} IMAGES gives the probabilities of its classes, couplet inspect says what it is.`,
    });
  }
  const swapped = data.find((name) => /\.couplet$/i.test(name));
  const found = await contentOf(file);
  if (found === "model" || (found === "unknown" && swapped === undefined)) return;
  const [received, hint] =
    found === "table"
      ? ["text, or a table", `For a table: couplet fit ${file} makes a model of it.`]
      : found === "unknown"
        ? ["another file", ""]
        : found;
  throw new CoupletError({
    code: "FILE_INVALID",
    where: file === "" ? "model" : file,
    expected: "a model, as couplet fit writes it",
    received,
    hint: swapped === undefined ? hint : `The model comes first: ${swapped}, then ${file}.`,
  });
}

/** Whether a model's file is one of images: its header says so. Whatever else is wrong with it, who reads it says. */
export async function isImageModel(file: string): Promise<boolean> {
  try {
    return Object.hasOwn(JSON.parse((await metadataOf(file))["card"] ?? "{}") as object, "images");
  } catch {
    return false;
  }
}

/** Whether a model's file is a classifier. */
export async function isClassifier(file: string): Promise<boolean> {
  return (await metadataOf(file))["format"]?.startsWith("couplet-classifier-") === true;
}

/** The texts in the header of a model's file; none of another file. */
async function metadataOf(file: string): Promise<Readonly<Record<string, string>>> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return {};
  try {
    const { buffer: start, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    if (bytesRead < 8 || start.readUInt32LE(4) !== 0) return {};
    const { size } = await handle.stat();
    const length = Math.min(start.readUInt32LE(0), size);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, 8);
    const header = JSON.parse(buffer.toString("utf8")) as {
      readonly __metadata__?: Readonly<Record<string, string>>;
    };
    return header.__metadata__ ?? {};
  } catch {
    return {};
  } finally {
    await handle.close();
  }
}

/** By the first bytes; of files that stand in a model's place, what they are and what to do. */
async function contentOf(
  file: string,
): Promise<"model" | "table" | "unknown" | readonly [received: string, hint: string]> {
  if (file === "") return ["an empty name", "Name the model's file."];
  const status = await stat(file).catch(() => undefined);
  if (status?.isDirectory() === true) return ["a folder", "Name the model's file in it."];
  const head = await readHead(file).catch(() => undefined);
  if (head === undefined) return "unknown";
  if (head.size === 0 && status?.isFile() === true)
    return ["an empty file", "The fit that was to write it did not end: fit again."];
  const { compression } = head;
  const bytes = Buffer.from(head.bytes);
  if (isModelStart(bytes)) return "model";
  const other = otherContent(head);
  if (other !== undefined) return other;
  if (bytes.toString("latin1", 0, 4) === "PK\x03\x04" && !/\.npz$/i.test(file))
    return ["a zip archive", "Unpack it first: unzip."];
  const isText = !bytes.subarray(0, 1024).includes(0);
  const known = /^\.(csv|tsv|tab|jsonl|ndjson|json|parquet|pq|arrows?|feather|ipc|npy|npz)$/;
  if (
    known.test(endingOf(file)) ||
    (isText && compression === "none" && /[,;\t|\n]/.test(bytes.toString("latin1", 0, 4096)))
  )
    return "table";
  return compression === "none"
    ? "unknown"
    : [`a ${compression} file`, `Unpack it first: ${compression} -d.`];
}

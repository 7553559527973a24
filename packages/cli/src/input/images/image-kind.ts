/** Whether the arguments of a verb are images, told by their first bytes. */
import { readdir, stat, open } from "node:fs/promises";
import path from "node:path";
import { constants, gunzipSync } from "node:zlib";

/** Bytes that tell a format, and that a packed file has to give them. */
const HEAD = { bytes: 256, packed: 4096 };

/** Files and folders of images: idx, arrays of three or four axes, CIFAR's records, folders with PNG files. */
export async function areImages(files: readonly string[]): Promise<boolean> {
  const [first] = files;
  if (first === undefined || first === "-") return false;
  const status = await stat(first).catch(() => undefined);
  if (status?.isDirectory() === true) return hasPictures(first);
  if (status?.isFile() !== true) return false;
  const head = await unpackedHead(first);
  if (isIdx(head)) return true;
  if (head[0] === 0x93 && head.toString("latin1", 1, 6) === "NUMPY") return axesOf(head) > 2;
  return /\.bin(\.gz)?$/i.test(first);
}

/** Whether a file holds idx of one axis: labels. */
export async function isLabelFile(file: string): Promise<boolean> {
  const status = await stat(file).catch(() => undefined);
  return status?.isFile() === true && isIdx(await unpackedHead(file));
}

/** Two zeros, the code of a type of numbers, and the number of axes. */
function isIdx(head: Buffer): boolean {
  const [a, b, type = 0, axes = 0] = head;
  return a === 0 && b === 0 && type >= 8 && type <= 14 && axes >= 1 && axes <= 4;
}

function axesOf(head: Buffer): number {
  const shape = /'shape':\s*\(([^)]*)\)/.exec(head.toString("latin1"))?.[1] ?? "";
  return shape.split(",").filter((text) => text.trim() !== "").length;
}

async function unpackedHead(file: string): Promise<Buffer> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD.packed), 0, HEAD.packed, 0);
    const raw = buffer.subarray(0, bytesRead);
    if (raw[0] !== 0x1f || raw[1] !== 0x8b) return raw.subarray(0, HEAD.bytes);
    try {
      return gunzipSync(raw, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, HEAD.bytes);
    } catch {
      return Buffer.alloc(0);
    }
  } finally {
    await handle.close();
  }
}

const PICTURE = /\.(png|jpe?g|gif|bmp|webp|tiff?)$/i;

/** Whether the folder, or one right below it, has pictures. */
async function hasPictures(folder: string): Promise<boolean> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  if (entries.some((entry) => entry.isFile() && PICTURE.test(entry.name))) return true;
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const inside = await readdir(path.join(folder, entry.name)).catch(() => []);
    if (inside.some((name) => PICTURE.test(name))) return true;
  }
  return false;
}

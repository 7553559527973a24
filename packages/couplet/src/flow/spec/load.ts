/** Reads a spec, and loads the parts that it names first. */
import { bases } from "../parts/base/base.ts";
import { conditioners } from "../parts/conditioner/conditioner.ts";
import { layers } from "../parts/layer/layer.ts";
import { masks } from "../parts/mask/mask.ts";
import { transforms } from "../parts/transform/transform.ts";
import { checkSpec } from "./check.ts";
import type { FlowSpec } from "./types.ts";

const families = [bases, conditioners, layers, masks, transforms];

/** {@link parseSpec} for who can wait: parts beyond the usual ones are a file that loads when a spec names one. */
export async function loadSpec(value: unknown): Promise<FlowSpec> {
  // A kind that nobody knows has its error from the check, which is to list all that are.
  if (namesMore(value)) (await import("../parts/more.ts")).knowMoreParts();
  return checkSpec(value);
}

/** Parts lie no deeper; what a file nests deeper is options of somebody's own. */
const DEEPEST = 12;

/** Whether any `kind` in a value is one that no family has yet, or a part of a user's own, whose conditioner may take images. */
function namesMore(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null || depth > DEEPEST) return false;
  if (ArrayBuffer.isView(value)) return false;
  const { kind } = value as { readonly kind?: unknown };
  if (kind === "registered") return true;
  if (typeof kind === "string" && !families.some((family) => family.has(kind))) return true;
  return Object.values(value).some((inner) => namesMore(inner, depth + 1));
}

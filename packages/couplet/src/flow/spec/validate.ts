/** Checks a spec from anywhere (a file, a message, a form) and reports every problem at once. */
import * as v from "valibot";
import { CoupletError, nearest } from "../../error.ts";
import type { FlowSpec } from "./types.ts";

const count = (least: number, most: number) => {
  const expected = `expected a whole number from ${least} to ${most}`;
  return v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(least, expected),
    v.maxValue(most, expected),
  );
};
const seed = count(0, Number.MAX_SAFE_INTEGER);
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));
const probability = v.pipe(v.number(), v.minValue(0), v.ltValue(1));
const options = v.pipe(
  v.record(v.string(), v.any()),
  v.check<Record<string, unknown>, string>(
    isJson,
    "expected plain JSON values, so that the spec can be saved",
  ),
);

const mask = v.variant("kind", [
  v.strictObject({ kind: v.literal("half"), swap: v.boolean() }),
  v.strictObject({ kind: v.literal("alternating"), parity: v.picklist([0, 1]) }),
  v.strictObject({ kind: v.literal("random"), seed }),
  v.strictObject({ kind: v.literal("explicit"), frozen: v.array(v.boolean()) }),
]);

const transform = v.variant("kind", [
  v.strictObject({ kind: v.literal("additive") }),
  v.strictObject({
    kind: v.literal("affine"),
    scale: v.picklist(["softClamp", "tanh", "sigmoid", "exp"]),
    clamp: positive,
  }),
  v.pipe(
    v.strictObject({
      kind: v.literal("rationalQuadratic"),
      bins: count(2, 64),
      bound: positive,
      minBin: positive,
      minDerivative: v.pipe(positive, v.ltValue(1)),
    }),
    v.check(({ bins, minBin }) => bins * minBin < 1, "expected bins * minBin below 1"),
  ),
  v.strictObject({ kind: v.literal("registered"), name: v.string(), options }),
]);

const network = {
  activation: v.picklist(["relu", "tanh", "gelu", "silu"]),
  dropout: probability,
  layerNorm: v.boolean(),
};

const conditioner = v.variant("kind", [
  v.strictObject({
    kind: v.literal("mlp"),
    widths: v.pipe(v.array(count(1, 65_536)), v.minLength(1)),
    ...network,
  }),
  v.strictObject({
    kind: v.literal("residualMlp"),
    width: count(1, 65_536),
    blocks: count(0, 1_000),
    ...network,
  }),
  v.strictObject({ kind: v.literal("registered"), name: v.string(), options }),
]);

const layer = v.variant("kind", [
  v.strictObject({ kind: v.literal("coupling"), mask, transform, conditioner }),
  v.strictObject({
    kind: v.literal("permutation"),
    order: v.union([
      v.literal("reverse"),
      v.strictObject({ random: seed }),
      v.array(count(0, 1_000_000)),
    ]),
  }),
  v.strictObject({ kind: v.literal("lu") }),
  v.strictObject({ kind: v.literal("actNorm") }),
]);

const base = v.variant("kind", [
  v.strictObject({ kind: v.literal("gaussian"), learned: v.boolean() }),
  v.strictObject({
    kind: v.literal("studentT"),
    degrees: v.pipe(v.number(), v.gtValue(2), v.maxValue(1e6)),
    learned: v.boolean(),
  }),
  v.strictObject({ kind: v.literal("uniform"), bound: positive }),
]);

const spec = v.strictObject({
  version: v.literal(1),
  dims: count(1, 100_000),
  context: count(0, 100_000),
  base,
  layers: v.array(layer),
});

/**
 * The value as a spec.
 *
 * @throws CoupletError SPEC_INVALID listing every problem with its path
 */
export function parseSpec(value: unknown): FlowSpec {
  if (
    typeof value !== "object" ||
    value === null ||
    Array.isArray(value) ||
    ArrayBuffer.isView(value)
  ) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "spec",
      expected: "a flow, as flow() or a preset makes it",
      received: kindOf(value),
    });
  }
  const result = v.safeParse(spec, value);
  if (!result.success) throw specError(result.issues.map(describeIssue));
  const problems = lengthProblems(result.output as FlowSpec);
  if (problems.length > 0) throw specError(problems);
  return result.output as FlowSpec;
}

interface Problem {
  readonly path: string;
  readonly expected: string;
  readonly received: string;
  readonly hint?: string;
}

function specError(problems: readonly Problem[]): CoupletError {
  const [first, ...others] = problems as [Problem, ...Problem[]];
  const more = others.map(
    ({ path, expected, received }) => `Also ${path}: expected ${expected}, got ${received}.`,
  );
  const hint = [first.hint, ...more].filter((text) => text !== undefined).join(" ");
  return new CoupletError({
    code: "SPEC_INVALID",
    where: first.path,
    expected: first.expected,
    received: first.received,
    ...(hint === "" ? {} : { hint }),
  });
}

function describeIssue(issue: v.BaseIssue<unknown>): Problem {
  const path = ["spec", ...(issue.path ?? []).map((item) => pathPart(item.key))].join("");
  const received = issue.received.replaceAll('"', "'");
  const allowed = [...(issue.expected ?? "").matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
  const suggestion = typeof issue.input === "string" ? nearest(issue.input, allowed) : undefined;
  // Messages of our own say it better than the types' names.
  if (issue.message.startsWith("expected "))
    return { path, expected: issue.message.replace(/^expected /, ""), received };
  return {
    path,
    expected: keyProblem(issue) ?? (issue.expected ?? issue.message).replaceAll('"', "'"),
    received,
    ...(suggestion === undefined ? {} : { hint: `Did you mean '${suggestion}'?` }),
  };
}

/** A key that is missing, or that there is not: the types' names for it say little. */
function keyProblem({ expected, path }: v.BaseIssue<unknown>): string | undefined {
  if (expected === "never") return "no such key";
  return expected === JSON.stringify(path?.at(-1)?.key) ? "a value" : undefined;
}

/** Whether JSON brings the value back as it was: no functions, no NaN, no dates. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === "string" || typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  if (typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every(isJson);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return ArrayBuffer.isView(value) ? "a typed array" : typeof value;
}

function pathPart(key: unknown): string {
  return typeof key === "number" ? `[${key}]` : `.${String(key)}`;
}

/** Lists inside a spec whose length `dims` fixes. */
function lengthProblems({ dims, layers }: FlowSpec): Problem[] {
  const problems: Problem[] = [];
  for (const [i, item] of layers.entries()) {
    if (item.kind === "coupling" && item.mask.kind === "explicit") {
      const { frozen } = item.mask;
      const path = `spec.layers[${i}].mask.frozen`;
      if (frozen.length !== dims) {
        problems.push({
          path,
          expected: `${dims} entries, one per variable`,
          received: String(frozen.length),
        });
      } else if (frozen.every(Boolean)) {
        problems.push({
          path,
          expected: "at least one variable that is transformed",
          received: "all frozen",
        });
      }
    }
    if (item.kind === "permutation" && Array.isArray(item.order)) {
      const seen = new Set(item.order as number[]);
      const fits =
        item.order.length === dims &&
        seen.size === dims &&
        item.order.every((p: number) => p < dims);
      if (!fits) {
        problems.push({
          path: `spec.layers[${i}].order`,
          expected: `each of 0..${dims - 1} once`,
          received: JSON.stringify(item.order).slice(0, 60),
        });
      }
    }
  }
  return problems;
}

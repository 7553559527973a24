/** Checks a spec from anywhere (a file, a message, a form) and reports every problem at once. */
import * as v from "valibot";
import { CoupletError, nearest } from "../../error.ts";
import { bases } from "../parts/base/base.ts";
import { count } from "../parts/fields.ts";
import { layers } from "../parts/layer/layer.ts";
import type { SpecProblem } from "../parts/part.ts";
import type { FlowSpec } from "./types.ts";

const spec = v.strictObject({
  version: v.literal(1),
  dims: count(1, 100_000),
  context: count(0, 100_000),
  base: bases.schema,
  layers: v.array(layers.schema),
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
  const problems = partProblems(result.output as FlowSpec);
  if (problems.length > 0) throw specError(problems);
  return result.output as FlowSpec;
}

function specError(problems: readonly SpecProblem[]): CoupletError {
  const [first, ...others] = problems as [SpecProblem, ...SpecProblem[]];
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

function describeIssue(issue: v.BaseIssue<unknown>): SpecProblem {
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

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  return ArrayBuffer.isView(value) ? "a typed array" : typeof value;
}

function pathPart(key: unknown): string {
  return typeof key === "number" ? `[${key}]` : `.${String(key)}`;
}

/** What is wrong between fields that are each valid. */
function partProblems(flow: FlowSpec): SpecProblem[] {
  const { dims } = flow;
  return [
    ...bases.problems(flow.base, { path: "spec.base", dims }),
    ...flow.layers.flatMap((layer, i) =>
      layers.problems(layer, { path: `spec.layers[${i}]`, dims }),
    ),
  ];
}

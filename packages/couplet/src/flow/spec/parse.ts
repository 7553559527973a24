/** Checks a spec from anywhere (a file, a message, a form) and reports every problem at once. */
import * as v from "valibot";
import { CoupletError, nearest } from "../../error.ts";
import { bases } from "../parts/base/base.ts";
import { count } from "../parts/fields.ts";
import { layers } from "../parts/layer/layer.ts";
import type { SpecProblem } from "../parts/part.ts";
import type { FlowSpec } from "./types.ts";

/** Most variables of a row. */
const MOST_DIMS = 100_000;

const spec = v.strictObject({
  version: v.literal(1),
  // Specs written by version 0.1 have no shape.
  shape: v.optional(v.pipe(v.array(count(1, MOST_DIMS)), v.minLength(1))),
  dims: v.optional(count(1, MOST_DIMS)),
  context: count(0, 100_000),
  base: bases.schema,
  layers: v.array(layers.schema),
});

type ParsedFlow = v.InferOutput<typeof spec>;

/**
 * The value as a spec; a missing `shape` is `[dims]`, and missing `dims` are the product of `shape`.
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
  const flow = withShape(result.output);
  const problems = partProblems(flow);
  if (problems.length > 0) throw specError(problems);
  return flow;
}

/** The spec with both its shape and its dims, of which either may be left out. */
function withShape({ version, shape: given, dims: stated, ...rest }: ParsedFlow): FlowSpec {
  if (given === undefined && stated === undefined) {
    const path = "spec.dims";
    throw specError([{ path, expected: "a number of variables, or a shape", received: "neither" }]);
  }
  const shape = given ?? [stated!];
  const dims = shape.reduce((product, axis) => product * axis, 1);
  if (dims > MOST_DIMS || (stated ?? dims) !== dims) {
    const expected =
      stated === undefined ? `at most ${MOST_DIMS} variables` : `a product of ${stated}, as dims`;
    throw specError([{ path: "spec.shape", expected, received: `${shape.join(" x ")} = ${dims}` }]);
  }
  return { version, shape, dims, ...rest };
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
  const { dims, shape } = flow;
  return [
    ...bases.problems(flow.base, { path: "spec.base", dims, shape }),
    ...flow.layers.flatMap((layer, i) =>
      layers.problems(layer, { path: `spec.layers[${i}]`, dims, shape }),
    ),
  ];
}

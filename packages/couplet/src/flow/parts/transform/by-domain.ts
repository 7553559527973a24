import * as v from "valibot";
import { sumLogDets } from "../../../engine/build.ts";
import type { GraphBuilder } from "../../../engine/graph.ts";
import { circularShiftDecode, circularShiftEncode } from "../../../engine/ops/circular-shift/op.ts";
import { gather } from "../../../engine/ops/gather-columns/op.ts";
import {
  rationalQuadraticDecode,
  rationalQuadraticEncode,
  rationalQuadraticParameters,
} from "../../../engine/ops/rational-quadratic/op.ts";
import type {
  RationalQuadraticAttrs,
  SplineTails,
} from "../../../engine/ops/rational-quadratic/op.ts";
import type { Value } from "../../../engine/value.ts";
import { checkOptions } from "../../../options.ts";
import { DOMAIN_BOUND } from "../domain.ts";
import type { Domain } from "../domain.ts";
import { count, positive } from "../fields.ts";
import { declarePart } from "../part.ts";
import { transformed } from "./transform-part.ts";
import type { TransformFactory, TransformPlace, TransformedValue } from "./transform-part.ts";

/** A rational-quadratic spline that suits the domain of each variable. */
export interface ByDomainTransform {
  readonly kind: "byDomain";
  readonly bins: number;
  /** Of real variables: half the width of the spline's box. */
  readonly bound: number;
  /** Least width and height of a bin, as a fraction of the box. */
  readonly minBin: number;
  /** Least slope at a knot. */
  readonly minDerivative: number;
}

/** Options of {@link byDomain}. */
export interface ByDomainOptions {
  /** Default 8. */
  readonly bins?: number;
  /** Of real variables: half the width of the spline's box. Default 3. */
  readonly bound?: number;
  /** Default 1e-3. */
  readonly minBin?: number;
  /** Default 1e-3. */
  readonly minDerivative?: number;
}

/** How the spline of each domain ends. A box's end slopes are free: pinned to 1 they would force the density there. */
const tailsOf: Readonly<Record<Domain["kind"], SplineTails>> = {
  real: "identity",
  box: "free",
  circle: "circular",
};

/**
 * Rational-quadratic splines by the domains of a {@link domains} base: on the real line with identity tails, on boxes with free slopes at
 * the ends, on circles behind a turn, so that no angle stays where it is in every layer (Rezende et al. 2020, sections 2.1 and 2.2).
 */
export const byDomain: TransformFactory<ByDomainTransform, [options?: ByDomainOptions]> =
  declarePart(
    {
      kind: "byDomain",
      fields: {
        bins: count(2, 64),
        bound: positive,
        minBin: positive,
        minDerivative: v.pipe(positive, v.ltValue(1)),
      },
      problems: ({ bins, minBin }, { path }) =>
        bins * minBin < 1
          ? []
          : [{ path, expected: "bins * minBin below 1", received: String(bins * minBin) }],
      describe: ({ bins }) => `rational-quadratic splines of ${bins} bins by domain`,
      keepsBox: () => false,
      keepsDomains: true,
      build(spec, place) {
        const groups = groupsOf(spec, place);
        const { variables } = place;
        return {
          parameters: Math.max(...groups.map(parametersOf)),
          encode: (b, x, params) =>
            byGroup(b, groups, variables, x, params, ({ attrs }, part, { spline, shift }) => {
              const turned =
                shift === undefined
                  ? part
                  : b.emitOne(circularShiftEncode, [part, shift], turnOf(attrs));
              return transformed(b.emit(rationalQuadraticEncode, [turned, spline], attrs));
            }),
          decode: (b, y, params, { logDet }) =>
            byGroup(b, groups, variables, y, params, ({ attrs }, part, { spline, shift }) => {
              const back = transformed(
                b.emit(rationalQuadraticDecode, [part, spline], { ...attrs, logDet }),
              );
              if (shift === undefined) return back;
              return {
                value: b.emitOne(circularShiftDecode, [back.value, shift], turnOf(attrs)),
                logDet: back.logDet,
              };
            }),
        };
      },
    },
    (options = {}) => {
      checkOptions("byDomain", options, {
        bins: 0,
        bound: 0,
        minBin: 0,
        minDerivative: 0,
      });
      const { bins = 8, bound = 3, minBin = 1e-3, minDerivative = 1e-3 } = options;
      return { kind: "byDomain", bins, bound, minBin, minDerivative };
    },
  );

/** Variables of one domain, and their spline. */
interface Group {
  readonly kind: Domain["kind"];
  readonly columns: readonly number[];
  readonly attrs: RationalQuadraticAttrs;
}

/** What a group's spline is made of; circles are turned by `shift` first. */
interface GroupParameters {
  readonly spline: Value;
  readonly shift: Value | undefined;
}

function groupsOf(
  { bins, bound, minBin, minDerivative }: ByDomainTransform,
  { variables, features, domains = [] }: TransformPlace,
): Group[] {
  const all = Array.from({ length: variables }, (_, j) => j);
  return (Object.keys(tailsOf) as Domain["kind"][]).flatMap((kind) => {
    const columns = all.filter((j) => (domains[j] ?? "real") === kind);
    const attrs = {
      variables: columns.length,
      bins,
      bound: kind === "real" ? bound : DOMAIN_BOUND,
      minBin,
      minDerivative,
      logitScale: 1 / Math.sqrt(Math.max(1, features)),
      tails: tailsOf[kind],
    };
    return columns.length === 0 ? [] : [{ kind, columns, attrs }];
  });
}

/** A turn comes before the parameters of a circle's spline. */
function shiftsOf({ kind }: Group): number {
  return kind === "circle" ? 1 : 0;
}

function parametersOf(group: Group): number {
  return shiftsOf(group) + rationalQuadraticParameters(group.attrs);
}

/** Applies a map to each group's columns; groups with fewer parameters leave columns of the head unused. */
function byGroup(
  b: GraphBuilder,
  groups: readonly Group[],
  variables: number,
  value: Value,
  params: Value,
  apply: (group: Group, part: Value, parameters: GroupParameters) => TransformedValue,
): TransformedValue {
  const results = groups.map((group) => {
    const { columns } = group;
    const from = (first: number, count: number) =>
      gather(
        b,
        [params],
        Array.from({ length: count }, (_, k) =>
          columns.map((j) => [0, (first + k) * variables + j] as const),
        ).flat(),
      );
    const shifts = shiftsOf(group);
    const part = gather(
      b,
      [value],
      columns.map((j) => [0, j] as const),
    );
    return apply(group, part, {
      spline: from(shifts, rationalQuadraticParameters(group.attrs)),
      shift: shifts === 0 ? undefined : from(0, shifts),
    });
  });
  const place = new Map(
    groups.flatMap(({ columns }, g) => columns.map((j, c) => [j, [g, c] as const] as const)),
  );
  return {
    value: gather(
      b,
      results.map((result) => result.value),
      Array.from({ length: variables }, (_, j) => place.get(j)!),
    ),
    logDet: sumLogDets(
      b,
      results.map((result) => result.logDet),
    ),
  };
}

function turnOf({ variables, bound }: { readonly variables: number; readonly bound: number }) {
  return { variables, bound };
}

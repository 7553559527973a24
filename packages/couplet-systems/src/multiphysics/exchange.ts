import { CoupletError, nearest } from "couplet/kit";
import { applyMapping } from "./mapping/matrix.ts";
import { type Mapping, mappingMatrix } from "./mapping/mapping.ts";
import type { FieldSite, Participant } from "./participant.ts";
import { pointCount } from "./point-mesh.ts";

/** One field going from one participant to another. */
export interface Exchange {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  /** The reader's name for it. Default: the same. */
  readonly as?: string;
  /** Needed when the meshes differ. */
  readonly mapping?: Mapping;
  /** Inputs inside a sub-cycled window: `linear` in time from the last window's value (default), or the `constant` newest one. */
  readonly interpolation?: "linear" | "constant";
}

/** An exchange with everything looked up. */
export interface Channel {
  /** Name of the written value: `participant.field`. */
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly target: string;
  readonly interpolation: "linear" | "constant";
  readonly carry: (values: Float64Array) => Float64Array;
}

/** Number of values of a site. */
export function siteSize(site: FieldSite): number {
  return pointCount(site.mesh) * (site.components ?? 1);
}

/**
 * Looks up participants, fields and meshes and builds the mappings.
 *
 * @throws CoupletError SPEC_INVALID for names that do not exist and inputs that nobody or more than one provides, SHAPE_MISMATCH for meshes
 *   that differ without a mapping
 */
export function openChannels(
  participants: readonly Participant[],
  exchanges: readonly Exchange[],
): readonly Channel[] {
  const byName = new Map(participants.map((participant) => [participant.name, participant]));
  const channels = exchanges.map((exchange, i): Channel => {
    const where = `exchanges[${i}]`;
    const from = lookUp(byName, exchange.from, `${where}.from`);
    const to = lookUp(byName, exchange.to, `${where}.to`);
    const target = exchange.as ?? exchange.field;
    const source = lookUp(
      new Map(Object.entries(from.writes)),
      exchange.field,
      `${where}.field (written by ${from.name})`,
    );
    const sink = lookUp(
      new Map(Object.entries(to.reads)),
      target,
      `${where}.field (read by ${to.name})`,
    );
    return {
      key: `${from.name}.${exchange.field}`,
      from: from.name,
      to: to.name,
      target,
      interpolation: exchange.interpolation ?? "linear",
      carry: carrier(exchange, source, sink, where),
    };
  });
  for (const participant of participants) {
    for (const field of Object.keys(participant.reads)) {
      const sources = channels.filter(
        (channel) => channel.to === participant.name && channel.target === field,
      );
      if (sources.length === 1) continue;
      throw new CoupletError({
        code: "SPEC_INVALID",
        where: "exchanges",
        expected: `one exchange that brings "${field}" to "${participant.name}"`,
        received: String(sources.length),
      });
    }
  }
  return channels;
}

function carrier(
  exchange: Exchange,
  source: FieldSite,
  sink: FieldSite,
  where: string,
): Channel["carry"] {
  const components = source.components ?? 1;
  if (components !== (sink.components ?? 1)) {
    throw new CoupletError({
      code: "SHAPE_MISMATCH",
      where,
      expected: `${components} components per point on both sides`,
      received: String(sink.components ?? 1),
    });
  }
  if (exchange.mapping !== undefined) {
    const matrix = mappingMatrix(exchange.mapping, source.mesh, sink.mesh);
    return (values) => applyMapping(matrix, values, components);
  }
  const [a, b] = [source.mesh.points, sink.mesh.points];
  const extent = a.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // Points that differ by rounding only are the same points.
  const same =
    a.length === b.length && a.every((value, i) => Math.abs(value - b[i]!) <= 1e-9 * extent);
  if (same) return (values) => values.slice();
  throw new CoupletError({
    code: "SHAPE_MISMATCH",
    where: `${where}.mapping`,
    expected: "a mapping, because the meshes differ",
    received: `none (${pointCount(source.mesh)} points written, ${pointCount(sink.mesh)} read)`,
    hint: 'Use projection() for fields, projection({ constraint: "conservative" }) for forces and flows.',
  });
}

function lookUp<Value>(table: ReadonlyMap<string, Value>, name: string, where: string): Value {
  const value = table.get(name);
  if (value !== undefined) return value;
  const names = [...table.keys()];
  const near = nearest(name, names);
  throw new CoupletError({
    code: "SPEC_INVALID",
    where,
    expected: `one of ${names.join(", ") || "(nothing)"}`,
    received: `"${name}"`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  });
}

/** A conditional flow made as wide as rows that it was not fitted to. */
import { modelFrom } from "../../flow/model/make.ts";
import type { FlowModel } from "../../flow/model/model.ts";
import { loadSpec } from "../../flow/spec/load.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";
import type { Table } from "../../table/table.ts";
import { clippedChange } from "../../train/compare-losses.ts";
import type { FitTableOptions } from "./fit-table-options.ts";

/** Rows of validation from which on their spread is known to a tenth or so. */
const LEAST_ROWS = 40;

/**
 * Root mean square of latent variables. A row's mean square counts as far as those of the rows go (`clippedChange`): one row
 * that is odd given its context would widen all posteriors.
 */
export function spreadOf(latent: Float64Array, dims: number): number {
  const squares = Float64Array.from({ length: latent.length / dims }, (_, row) =>
    latent
      .subarray(row * dims, (row + 1) * dims)
      .reduce((sum, value) => sum + (value * value) / dims, 0),
  );
  return Math.sqrt(clippedChange(squares, new Float64Array(squares.length), undefined));
}

/**
 * Training of few rows ends with a flow that is too narrow for others: their latent variables have a mean square s^2 above 1, and fewer of
 * them lie in its regions than should. A last layer divides the latent variables by s, which is the choice of highest likelihood on the
 * validation rows among all temperatures. A flow that is wide enough (s at most 1), or with fewer than 40 rows of validation, stays as it is.
 *
 * @param noiseSeed of discrete cells
 * @returns the flow, or a wider one in its place (the first is disposed)
 */
export async function widened(
  flow: FlowModel<boolean>,
  codec: TableCodec,
  validation: Table,
  options: FitTableOptions,
): Promise<FlowModel<boolean>> {
  if (validation.rows < LEAST_ROWS || flow.spec.base.kind !== "gaussian") return flow;
  const { z } = codec.encode(validation, { seed: (options.seed ?? 0) + 1, impossible: "zero" });
  const { signal } = options;
  const { z: latent } = await (flow as FlowModel<true>).encode(z, {
    context: codec.encodeContext(validation),
    ...(signal === undefined ? {} : { signal }),
  });
  const scale = spreadOf(latent, flow.spec.dims);
  if (!(scale > 1 && scale < Infinity)) return flow;
  const { spec, standardiser, contextStandardiser, columns, training, records } = flow;
  const wider = await modelFrom(
    {
      spec: await loadSpec({ ...spec, layers: [...spec.layers, { kind: "actNorm" }] }),
      parameters: undefined,
      standardiser,
      contextStandardiser,
      columns,
      training,
      records,
    },
    options,
  );
  const parameters = wider.parameters;
  const places = new Map(wider.parameterList.map(({ name, offset }) => [name, offset]));
  const trained = flow.parameters;
  for (const { name, offset, size } of flow.parameterList)
    parameters.set(trained.subarray(offset, offset + size), places.get(name)!);
  const last = places.get(`layers[${spec.layers.length}].logScale`)!;
  parameters.fill(-Math.log(scale), last, last + spec.dims);
  wider.setParameters(parameters);
  flow.dispose();
  return wider;
}

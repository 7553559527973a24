/** What a training from an energy begins with: everything checked, and the model made. */
import { throwIfAborted } from "../abort.ts";
import { CoupletError } from "../error.ts";
import { modelFrom } from "../flow/model/make.ts";
import { FlowModel } from "../flow/model/model.ts";
import {
  checkBoxes,
  fitStandardiser,
  identityStandardiser,
  standardise,
} from "../flow/model/preprocess.ts";
import type { Standardiser } from "../flow/model/preprocess.ts";
import { toBatch } from "../flow/model/rows.ts";
import type { Batch } from "../flow/model/rows.ts";
import { domainsOf } from "../flow/parts/base/base.ts";
import { refuseDropout } from "../flow/spec/dropout.ts";
import { loadSpec } from "../flow/spec/load.ts";
import type { FlowSpec } from "../flow/spec/types.ts";
import { usageError } from "../usage-error.ts";
import { readyToTrain } from "../train/ready-to-train.ts";
import { EnergyCaller } from "./energy.ts";
import type { Energy } from "./energy.ts";
import { graphOf } from "./graph-energy.ts";
import type { EnergyGraph } from "./graph-energy.ts";
import { energyFingerprint, readEnergyCheckpoint } from "./checkpoint.ts";
import type { EnergyCheckpoint } from "./checkpoint.ts";
import { energySettings } from "./options.ts";
import type { EnergyOptions, EnergySettings } from "./options.ts";
import type { Pool } from "./pool.ts";

/** A run that can start. */
export interface PreparedEnergyRun {
  readonly model: FlowModel;
  readonly caller: EnergyCaller;
  /** The energy's graph, when it is built from ops. */
  readonly graph: EnergyGraph | undefined;
  readonly settings: EnergySettings;
  readonly options: EnergyOptions;
  /** Contexts to draw among; one empty context for a model without. */
  readonly contexts: Pool;
  /** Known rows of the target. */
  readonly data: Pool | undefined;
  readonly fingerprint: string;
  readonly saved: EnergyCheckpoint | undefined;
}

/** Checks everything and makes the model, which is the caller's to dispose. */
export async function prepareEnergyRun(
  start: FlowSpec | FlowModel,
  energy: Energy,
  options: EnergyOptions,
): Promise<PreparedEnergyRun> {
  const settings = energySettings(options);
  const graph = typeof energy === "function" ? graphOf(energy) : undefined;
  if (graph !== undefined && options.clip !== undefined && options.clip !== Infinity) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "fitEnergy: clip",
      expected: "Infinity, or none, with an energy of engine ops",
      received: String(options.clip),
      hint: "In the pool nothing looks at single rows; an energy that is a function can be clipped.",
    });
  }
  throwIfAborted(options.signal);
  const from = start instanceof FlowModel ? start : undefined;
  const spec = await loadSpec(from === undefined ? start : from.spec);
  checkSpec(spec);
  if (from !== undefined && options.units !== undefined)
    throw usageError(
      "fitEnergy: units",
      "none where training goes on from a model, whose units are its own",
      "units",
      "Leave them out, or begin with the model's spec.",
    );
  const names = { where: "fitEnergy", dims: spec.dims, contextDims: spec.context as number };
  const caller = new EnergyCaller(energy, names, options);
  const dataRows =
    options.data && toBatch("fitEnergy: data", options.data.rows, spec.dims, options.columns);
  if (dataRows !== undefined)
    checkBoxes("fitEnergy: data", dataRows, domainsOf(spec.base), options.columns);
  const dataContext = contextOf(
    spec,
    "fitEnergy: data: context",
    options.data?.context,
    dataRows?.rows,
  );
  const context = contextOf(spec, "fitEnergy: context", options.context, undefined);
  const model = await modelFrom(
    {
      spec,
      parameters: from?.parameters,
      standardiser: from?.standardiser ?? unitsOf(spec, options.units, dataRows),
      contextStandardiser:
        from?.contextStandardiser ??
        (context === undefined ? identityStandardiser(0) : fitStandardiser(context)),
      columns: options.columns ?? from?.columns,
      training: undefined,
      records: {},
    },
    options,
  );
  try {
    await readyToTrain(model.runner.device, "fitEnergy");
    const contexts = poolOf(model, undefined, context);
    const data = dataRows === undefined ? undefined : poolOf(model, dataRows, dataContext);
    const print = energyFingerprint(model, settings, [
      contexts.context,
      data?.rows,
      data?.context,
      from?.parameters,
    ]);
    const saved =
      options.resume === undefined
        ? undefined
        : readEnergyCheckpoint(options.resume, print, {
            parameters: model.layout.count,
            bufferSize: settings.bufferRows * model.spec.dims,
          });
    return { model, caller, graph, settings, options, contexts, data, fingerprint: print, saved };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

function poolOf(model: FlowModel, rows: Batch | undefined, context: Batch | undefined): Pool {
  const inFloat32 = (batch: Batch | undefined, units: Standardiser) =>
    batch && standardise(batch, units, new Float32Array(batch.data.length));
  return {
    count: rows?.rows ?? context?.rows ?? 1,
    rows: inFloat32(rows, model.standardiser),
    context: inFloat32(context, model.contextStandardiser),
    ownContext: context && Float64Array.from(context.data),
  };
}

function contextOf(
  { context: cols }: FlowSpec,
  where: string,
  given: EnergyOptions["context"],
  rowsBeside: number | undefined,
): Batch | undefined {
  const wanted =
    (cols as number) > 0 && (where === "fitEnergy: context" || rowsBeside !== undefined);
  if (wanted !== (given !== undefined)) {
    throw new CoupletError({
      code: "CONTEXT_MISMATCH",
      where,
      expected: wanted ? `rows of ${cols} columns` : "none",
      received: wanted ? "none" : "a context",
    });
  }
  if (given === undefined) return undefined;
  const batch = toBatch(where, given, cols as number);
  if (batch.rows > 0 && (rowsBeside === undefined || batch.rows === rowsBeside)) return batch;
  throw new CoupletError({
    code: "CONTEXT_MISMATCH",
    where,
    expected: rowsBeside === undefined ? "at least one row" : `${rowsBeside} rows, one per row`,
    received: String(batch.rows),
  });
}

function unitsOf(
  { dims }: FlowSpec,
  units: EnergyOptions["units"],
  data: Batch | undefined,
): Standardiser {
  if (units === undefined)
    return data === undefined ? identityStandardiser(dims) : fitStandardiser(data);
  const column = (name: "shift" | "scale", otherwise: number): number[] => {
    const value = units[name] ?? otherwise;
    const list = typeof value === "number" ? Array.from({ length: dims }, () => value) : [...value];
    const fits =
      list.length === dims && list.every((n) => Number.isFinite(n) && (name === "shift" || n > 0));
    if (fits) return list;
    throw new CoupletError({
      code: "USAGE",
      where: `fitEnergy: units: ${name}`,
      expected: `a number, or ${dims} of them, finite${name === "scale" ? " and above 0" : ""}`,
      received: JSON.stringify(value)?.slice(0, 60) ?? typeof value,
    });
  };
  return { shift: column("shift", 0), scale: column("scale", 1) };
}

/** What reverse KL has no gradient for, or no density. */
function checkSpec({ base, layers }: FlowSpec): void {
  const learned = ("learned" in base && base.learned) || base.kind === "gaussianMixture";
  if (learned) {
    throw new CoupletError({
      code: "NOT_SUPPORTED",
      where: "fitEnergy: base",
      expected: "a base without learned parameters",
      received: `"${base.kind}" with some`,
      hint: "Draws are differentiated through decode, not through the base: take learned: false, and actNorm() as the last layer for a location and a scale.",
    });
  }
  const reason = ", since a draw and its density need the same network";
  refuseDropout(layers, "fitEnergy", { reason });
}

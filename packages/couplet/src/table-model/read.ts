/** A model of a table from its file. */
import { CoupletError } from "../error.ts";
import { checkOptions } from "../options.ts";
import { deviceOptionNames } from "../flow/model/call-options.ts";
import type { DeviceOptions } from "../engine/device/open.ts";
import type { FlowModel } from "../flow/model/model.ts";
import { load, modelFromBytes } from "../flow/model/read.ts";
import { tableCodec } from "../table/encode/table-codec.ts";
import type { TableCard } from "./table-record.ts";
import { heldOutFromJson } from "./fit/held-out.ts";
import { TableModel } from "./table-model.ts";

/** Reads a table model from a `.couplet` file. Node only. */
export async function loadTable(path: string, options: DeviceOptions = {}): Promise<TableModel> {
  checkOptions("loadTable", options, deviceOptionNames);
  return tableModelOf(await load(path, options), path);
}

/** Reads a table model from the bytes of a `.couplet` file. */
export async function tableFromBytes(
  bytes: Uint8Array,
  options: DeviceOptions & { readonly where?: string } = {},
): Promise<TableModel> {
  checkOptions("tableFromBytes", options, { ...deviceOptionNames, where: true });
  return tableModelOf(await modelFromBytes(bytes, options), options.where ?? "model file");
}

function tableModelOf(flow: FlowModel, where: string): TableModel {
  const card = (flow.card as { table?: TableCard }).table;
  try {
    if (card?.codec === undefined) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where,
        expected: "a model of a table",
        received: "a flow without a schema",
        hint: "It was saved by FlowModel.save: read it with load.",
      });
    }
    const codec = tableCodec(card.codec);
    if (codec.dims !== flow.spec.dims || codec.contextDims !== (flow.spec.context as number)) {
      throw new CoupletError({
        code: "FILE_INVALID",
        where,
        expected: `a schema of ${flow.spec.dims} latent dimensions`,
        received: String(codec.dims),
      });
    }
    return new TableModel(flow, codec, heldOutFromJson(card.heldOut), card.source);
  } catch (error) {
    flow.dispose();
    throw error;
  }
}

/** What of a table's model an explanation asks. */
import type { FlowModel } from "../../flow/model/model.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";

/** The flow and the codec of a table's model. */
export interface ExplainedModel {
  readonly flow: FlowModel;
  readonly codec: TableCodec;
}

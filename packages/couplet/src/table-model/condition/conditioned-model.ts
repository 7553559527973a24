/** What a condition is asked of: a model of a table. */
import type { FlowModel } from "../../flow/model/model.ts";
import type { TableCodec } from "../../table/encode/table-codec.ts";

/** The parts of a `TableModel` that conditions need. */
export interface ConditionedModel {
  readonly flow: FlowModel;
  readonly codec: TableCodec;
  readonly source: { readonly rows: number };
  /** The flow that proposes rows under any condition, as text. */
  readonly anyCondition: string | undefined;
}

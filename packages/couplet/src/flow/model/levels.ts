/** Flows of integers: those that begin with a layer that takes so many values. */
import { CoupletError } from "../../error.ts";
import { layers } from "../parts/layer/layer.ts";
import type { FlowSpec } from "../spec/types.ts";
import type { Batch } from "./rows.ts";

/** How many values the flow's variables have; undefined for a flow of real numbers. */
export function levelsOf({ layers: [first] }: Pick<FlowSpec, "layers">): number | undefined {
  return first === undefined ? undefined : layers.of(first).levels?.(first);
}

/**
 * Checks that rows are integers from 0 up to the flow's levels.
 *
 * @throws CoupletError DATA_INVALID with the place of the first that is not
 */
export function checkLevels(where: string, spec: FlowSpec, { data, cols }: Batch): void {
  const levels = levelsOf(spec);
  if (levels === undefined) return;
  const at = data.findIndex((value) => !(value >= 0 && value < levels && Number.isInteger(value)));
  if (at === -1) return;
  throw new CoupletError({
    code: "DATA_INVALID",
    where: `${where}: row ${Math.floor(at / cols)}, column ${at % cols}`,
    expected: `an integer from 0 to ${levels - 1}`,
    received: String(data[at]),
    hint: "Images are rows of integers; multiply fractions by 255 and round them once.",
  });
}

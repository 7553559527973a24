/** Values of continuous columns put in the place of those nearby. */
import { columnEncoder } from "../../table/encode/column-encoder.ts";
import { type GivenCells, completeRows } from "../../table/encode/complete-rows.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { decodeCodes } from "../../table/encode/decode-columns.ts";
import type { ConditionedFlow } from "./conditioned-flow.ts";

/**
 * Rows near the wanted values x* get these themselves. A row drawn from p, with its value x on the column's normal axis s within a box around the
 * wanted one, stands for (rest, x*) with the weight
 *
 *     w = p(rest, x*) / p(rest, s) :
 *
 * the target p(rest, x*) 1/|box| on the larger space of (rest, s) has the right law of the rest, whatever the box (its volume is left to
 * the caller). All of w is exact; a box that is narrow beside the column's spread given the rest makes it even.
 *
 * @param near rows within the box; not changed
 * @returns the rows with the wanted values, and log w of each; -Infinity where the values cannot stand in the row
 */
export async function exchangeWeights(
  flow: ConditionedFlow,
  near: Float64Array,
): Promise<{ readonly z: Float64Array; readonly log: Float64Array }> {
  const { codec } = flow;
  const { dims, readable } = codec;
  const rows = near.length / dims;
  const before = await betweenEvents(decodeCodes(readable, { z: near, rows, dims }));
  const own = new Map<number, GivenCells>();
  const wanted = new Map<number, GivenCells>();
  const log = new Float64Array(rows);
  for (const { schema, index, allowed } of flow.conditions.filter(({ isExact }) => isExact)) {
    const value = allowed.kind === "range" ? allowed.low : NaN;
    own.set(index, { codes: before[index]!, isGiven: () => true });
    wanted.set(index, { codes: new Float64Array(rows).fill(value), isGiven: () => true });
    const state = codec.toJSON().encoders[schema.name]!;
    const axis = columnEncoder(
      schema,
      state.kind === "category" ? state : { ...state, missingShare: 0 },
    );
    const at = new Float64Array(2);
    // The old value's density is one of its place on the axis.
    for (let row = 0; row < rows; row++)
      log[row]! += axis.encode(before[index]![row]!, () => 0.5, at, 0);
  }
  // The same noise on both sides: what indicators add cancels.
  const middle = () => 0.5;
  const old = near.slice();
  const { correction: oldCorrection } = completeRows(readable, { z: old, rows, dims }, own, middle);
  const z = near.slice();
  const { codes, correction } = completeRows(readable, { z, rows, dims }, wanted, middle);
  for (const { roles, offset } of readable.placed.filter(({ index }) => wanted.has(index)))
    for (const [d, role] of roles.entries())
      if (role !== "value")
        for (let row = 0; row < rows; row++)
          z[row * dims + offset + d] = near[row * dims + offset + d]!;
  // Other columns may depend on the new value.
  const { events } = flow.distancesOf(codes, rows);
  const [before_, after] = [await flow.logProb(near), await flow.logProb(z)];
  for (let row = 0; row < rows; row++) {
    const gain = after[row]! + correction[row]! - before_[row]! - oldCorrection[row]!;
    log[row] = events[row] === 0 && !Number.isNaN(gain) ? log[row]! + gain : -Infinity;
  }
  return { z, log };
}

/** Wanted values that the training rows have never shown. */
import { normalQuantile } from "../statistics/normal.ts";
import { isNumeric } from "../table/schema/schema.ts";
import type { PropertyAxes } from "./property-axes.ts";
import type { TableModel } from "../table-model/table-model.ts";

/**
 * A sentence for each target beyond the data: its encoded coordinate, standard normal over the training rows, is further out than one row
 * in all of them is expected to be. The distance is to the value that is as far out.
 */
export function rangeWarnings(
  model: TableModel,
  axes: PropertyAxes,
  target: Readonly<Record<string, number>>,
): string[] {
  const { codec } = model;
  const rows = Math.max(10, model.flow.training?.trainingRows ?? 1000);
  const limit = -normalQuantile(0.5 / rows);
  const encoded = (name: string, value: number) => axes.coordinateOf(name, value);
  return Object.entries(target).flatMap(([name, value]) => {
    const column = codec.schema.columns.find((c) => c.name === name)!;
    const whole = column.type === "integer";
    const { lower = -Infinity, upper = Infinity } = isNumeric(column) ? column : {};
    // A number that such a cell can have.
    const cell = (number: number) =>
      Math.min(upper, Math.max(lower, whole ? Math.round(number) : number));
    const coordinate = encoded(name, value);
    if (Math.abs(coordinate) <= limit) return [];
    const side = Math.sign(coordinate);
    // Outwards from the wanted value the coordinate grows; inwards it reaches the limit before it changes its sign.
    let step = whole ? 1 : Math.max(1e-6, Math.abs(value) * 1e-3);
    while (side * encoded(name, cell(value - side * step)) > limit && step < 1e12) step *= 2;
    let [near, far] = [cell(value - side * step), value];
    for (let i = 0; i < 40; i++) {
      const middle = near + (far - near) / 2;
      if (side * encoded(name, cell(middle)) > limit) far = middle;
      else near = middle;
    }
    const digits = (number: number) => Number(number.toPrecision(3));
    near = cell(near);
    return [
      `${name} = ${value} is outside the data's range, by ${digits(Math.abs(value - near))} (the training rows end near ${digits(near)}): the model extrapolates`,
    ];
  });
}

/** What training says of a flow that is large for its rows. */

/** Parameters a training row from which a flow is larger than its rows can tell. */
const MOST_PARAMETERS_A_ROW = 100;

/** A sentence where a flow has more than 100 parameters for each training row. */
export function sizeWarning(parameters: number, rows: number): string[] {
  if (parameters <= MOST_PARAMETERS_A_ROW * rows) return [];
  const count = (value: number): string => value.toLocaleString("en");
  return [
    `${count(parameters)} parameters for ${count(rows)} training rows, ${count(Math.round(parameters / rows))} a row: ` +
      `a smaller flow may be better. Presets take the number of rows: neuralSpline({ dims, rows: ${rows} })`,
  ];
}

/**
 * Anomalies of four kinds, made from the ordinary rows of a table. The kinds are those of ADBench (Han et al. 2022, section 3.2), for tables of numbers and words.
 *
 *   local       a row's numbers moved by 5 times the spread of its 20 nearest rows, within the columns' ranges; words of one of these rows
 *   global      every number uniform over the column's range (its 1 % to 99 %, and a tenth of that more on both ends), every word uniform over the column's values
 *   clustered   one global row, its numbers moved by .05 times the columns' deviations, its words kept
 *   dependence  every cell from another row, so that columns keep their distributions and lose what they have to do with each other
 */

import { normal } from "./random.mjs";

export const kinds = ["local", "global", "clustered", "dependence"];

/** @typedef {{ numeric: boolean, decimals: number, cells: any[] }} PlantColumn */

const NEIGHBOURS = 20;

/**
 * @param {PlantColumn[]} columns ordinary rows, column by column
 * @param {() => number} uniform
 * @returns {(kind: string) => (number | string)[]} a maker of rows; all clustered ones are of one cluster
 */
export function planter(columns, uniform) {
  const rows = columns[0].cells.length;
  const any = () => Math.floor(uniform() * rows);
  const about = columns.map(({ numeric, cells }) => {
    /** @type {any} */
    const words = { values: [...new Set(cells)] };
    if (!numeric) return words;
    const sorted = Float64Array.from(/** @type {number[]} */ (cells)).sort();
    const at = (share) => sorted[Math.round(share * (rows - 1))];
    const mean = sorted.reduce((sum, x) => sum + x, 0) / rows;
    const deviation = Math.sqrt(sorted.reduce((sum, x) => sum + (x - mean) ** 2, 0) / rows);
    return { low: at(0.01), high: at(0.99), least: sorted[0], most: sorted[rows - 1], deviation };
  });
  const rounded = (j, x) => Number(x.toFixed(columns[j].decimals));
  const anywhere = () =>
    columns.map(({ numeric }, j) => {
      const { values, low, high } = about[j];
      if (!numeric) return values[Math.floor(uniform() * values.length)];
      const margin = 0.1 * (high - low);
      return rounded(j, low - margin + uniform() * (high - low + 2 * margin));
    });
  const centre = anywhere();
  const distance = (a, b) =>
    columns.reduce((sum, { numeric, cells }, j) => {
      if (!numeric) return sum + (cells[a] === cells[b] ? 0 : 1);
      return sum + ((cells[a] - cells[b]) / (about[j].deviation || 1)) ** 2;
    }, 0);
  const near = (row) =>
    Array.from({ length: rows }, (_, other) => ({ other, d: distance(row, other) }))
      .sort((a, b) => a.d - b.d)
      .slice(0, NEIGHBOURS + 1)
      .map(({ other }) => other);
  const make = {
    local() {
      const row = any();
      const around = near(row);
      const words = around[Math.floor(uniform() * around.length)];
      return columns.map(({ numeric, cells }, j) => {
        if (!numeric) return cells[words];
        const mean = around.reduce((sum, r) => sum + cells[r], 0) / around.length;
        const spread = Math.sqrt(
          around.reduce((sum, r) => sum + (cells[r] - mean) ** 2, 0) / around.length,
        );
        const moved = cells[row] + 5 * spread * normal(uniform);
        return rounded(j, Math.min(about[j].most, Math.max(about[j].least, moved)));
      });
    },
    global: anywhere,
    clustered: () =>
      columns.map(({ numeric }, j) =>
        numeric ? rounded(j, centre[j] + 0.05 * about[j].deviation * normal(uniform)) : centre[j],
      ),
    dependence: () => columns.map(({ cells }) => cells[any()]),
  };
  return (kind) => make[kind]();
}

/** The density of two columns: the model's own on a lattice, or counted among rows drawn from it. */
import { table } from "couplet/table";
import type { TableModel } from "couplet/table";
import type { Axis } from "./answers.ts";

/** A lattice of cells over two axes, densities from 0 to 1, from the lower left corner. */
export interface Lattice {
  readonly across: number;
  readonly up: number;
  readonly density: Float32Array;
}

/** The model's density at the middle of each cell. */
export async function exactDensity(
  model: TableModel,
  x: Axis,
  y: Axis,
  cells: number,
): Promise<Lattice> {
  const xs = new Float64Array(cells * cells);
  const ys = new Float64Array(cells * cells);
  for (let j = 0; j < cells; j++)
    for (let i = 0; i < cells; i++) {
      xs[j * cells + i] = x.low + ((i + 0.5) / cells) * (x.high - x.low);
      ys[j * cells + i] = y.low + ((j + 0.5) / cells) * (y.high - y.low);
    }
  const values: Readonly<Record<string, Float64Array>> = { [x.name]: xs, [y.name]: ys };
  const { nats } = await model.score(
    table(
      model.schema.columns.map(({ name }) => ({
        kind: "number",
        name,
        values: values[name]!,
        origin: "number",
      })),
    ),
    { impossible: "zero" },
  );
  return { across: cells, up: cells, density: upToOne(Float32Array.from(nats, Math.exp)) };
}

/** Rows counted in cells, smoothed along axes of numbers. */
export function drawnDensity(
  x: Axis,
  y: Axis,
  xs: Float64Array,
  ys: Float64Array,
  cells: number,
): Lattice {
  const across = x.labels?.length ?? cells;
  const up = y.labels?.length ?? cells;
  const density = new Float32Array(across * up);
  for (let r = 0; r < xs.length; r++) {
    const i = Math.floor(((xs[r]! - x.low) / (x.high - x.low)) * across);
    const j = Math.floor(((ys[r]! - y.low) / (y.high - y.low)) * up);
    if (i >= 0 && i < across && j >= 0 && j < up) density[j * across + i]! += 1;
  }
  // A normal kernel of a width that falls with the number of rows, as Scott's rule has it for two dimensions.
  const width = 0.12 * xs.length ** (-1 / 6) * cells;
  if (x.labels === undefined) smooth(density, across, up, 1, across, width);
  if (y.labels === undefined) smooth(density, up, across, across, 1, width);
  return { across, up, density: upToOne(density) };
}

/** Blurs lines of a lattice: `along` cells a line, `stride` from one to the next; `lines` lines, `jump` apart. */
function smooth(
  values: Float32Array,
  along: number,
  lines: number,
  stride: number,
  jump: number,
  width: number,
): void {
  const reach = Math.ceil(3 * width);
  const kernel = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * ((k - reach) / width) ** 2),
  );
  const sum = kernel.reduce((a, b) => a + b, 0);
  const line = new Float32Array(along);
  for (let l = 0; l < lines; l++) {
    for (let i = 0; i < along; i++) line[i] = values[l * jump + i * stride]!;
    for (let i = 0; i < along; i++) {
      let total = 0;
      for (let k = -reach; k <= reach; k++)
        if (i + k >= 0 && i + k < along) total += line[i + k]! * kernel[k + reach]!;
      values[l * jump + i * stride] = total / sum;
    }
  }
}

function upToOne(density: Float32Array): Float32Array {
  let most = 0;
  for (const value of density) if (value > most) most = value;
  return most > 0 ? density.map((value) => value / most) : density;
}

/**
 * Rules to rank rows by, from one draw of the latent rows: log p_flow(z) plus what each cell adds. They differ in what a number adds.
 *
 *   nats   the density in the table's units: log dz/dx of a continuous cell, the probability of a discrete one (over its step, if it has one)
 *   cells  a continuous cell by its density on the normal axis (adds 0), a discrete one (rounded numbers too) by its probability
 *   axis   every number by its density on the normal axis, rounded ones and integers too; points of mass and words by their probability
 */

export const rules = ["nats", "cells", "axis"];

const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);
const logPhi = (z) => -0.5 * z * z - LOG_SQRT_2PI;

/** @returns {Promise<Record<string, Float64Array>>} the scores of each rule, mean of `draws` draws of the noise */
export async function scoresByRule(model, rows, draws = 8) {
  const { codec, flow } = model;
  const codes = codec.read(rows, { impossible: "zero" });
  /** @type {Float64Array[][]} */
  const all = rules.map(() => []);
  for (let epoch = 0; epoch < draws; epoch++) {
    const { z, logCorrection } = codec.draw(codes, { seed: 0, epoch });
    const density = await flow.logProb(z);
    const added = { nats: logCorrection, ...addedByCells(codec, codes, z, logCorrection) };
    rules.forEach((rule, k) => all[k].push(density.map((value, row) => value + added[rule][row])));
  }
  return Object.fromEntries(
    rules.map((rule, k) => [
      rule,
      all[k][0].map((_, row) => {
        const values = all[k].map((draw) => (Number.isNaN(draw[row]) ? -Infinity : draw[row]));
        const top = Math.max(...values);
        if (top === -Infinity) return -Infinity;
        return top + Math.log(values.reduce((sum, v) => sum + Math.exp(v - top), 0) / draws);
      }),
    ]),
  );
}

function addedByCells(codec, codes, z, logCorrection) {
  const cells = new Float64Array(codes.rows);
  const axis = new Float64Array(codes.rows);
  for (let row = 0; row < codes.rows; row++) {
    if (logCorrection[row] === -Infinity) {
      cells[row] = axis[row] = -Infinity;
      continue;
    }
    codec.placed.forEach(({ offset, dims }, j) => {
      const encoder = codec.cellEncoder(codes, j, row);
      const { kind } = encoder.toJSON();
      const at = row * codec.dims + offset;
      const missing = kind !== "category" && Number.isNaN(codes.columns[j][row]);
      const filled = -logPhi(z[at]);
      if (missing) cells[row] += filled;
      else {
        const piece = encoder.pieceAt(z[at]);
        if (piece.discrete) cells[row] += piece.logMass + filled;
        if (piece.discrete && !(kind === "grid" && piece.logMass < 0))
          axis[row] += piece.logMass + filled;
      }
      if (missing) axis[row] += filled;
      if (dims < 2) return;
      const { indicator } = encoder;
      const mass =
        indicator === undefined ? 0 : (missing ? indicator.missing : indicator.present).logMass;
      const drawn = mass - logPhi(z[at + dims - 1]);
      cells[row] += drawn;
      axis[row] += drawn;
    });
  }
  return { cells, axis };
}

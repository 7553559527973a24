/** The tight-binding model and operators behind a topology problem. */
import { CoupletError } from "couplet/kit";
import { complexDense, type ComplexDenseMatrix } from "../../linear-algebra/matrix/matrix.ts";
import { tightBinding, type TightBindingModel } from "../model.ts";
import { bhzInversion, bhzStack, kaneMele, spinTimeReversal } from "../preset.ts";
import { symmetriseTimeReversal } from "../time-reversal.ts";
import { readWannier90 } from "../wannier90.ts";
import type { Z2Options } from "../z2-indices.ts";
import type { RunOptions } from "../../problem/running.ts";
import type { AxisText, MatrixText, ModelText, TopologyProblem } from "./problem.ts";

/**
 * The model of a problem; a Wannier90 file is read.
 * @throws CoupletError FILE_INVALID with file and line; SPEC_INVALID for matrices that do not fit
 */
export async function modelOf(text: ModelText, { read }: RunOptions): Promise<TightBindingModel> {
  switch (text.kind) {
    case "bhzStack": {
      const { kind: _, ...parameters } = text;
      return bhzStack(parameters);
    }
    case "kaneMele": {
      const { kind: _, ...parameters } = text;
      return kaneMele(parameters);
    }
    case "hoppings":
      return tightBinding({
        axes: text.axes,
        onSite: matrixOf(text.onSite, "problem.model.onSite"),
        hoppings: text.hoppings.map(({ cell, matrix }, i) => ({
          cell,
          matrix: matrixOf(matrix, `problem.model.hoppings[${i}].matrix`),
        })),
      });
    case "wannier90": {
      if (read === undefined) {
        throw new CoupletError({
          code: "USAGE",
          where: "problem.model.file",
          expected: "a `read` function for files",
          received: "none",
        });
      }
      return readWannier90(await read(text.file), {
        file: text.file,
        ...(text.axes === undefined ? {} : { axes: text.axes }),
      });
    }
  }
}

/**
 * A model of the problem, or its time-reversal invariant part if the problem wants that.
 * @returns also the largest entry of what was taken out, 0 if nothing was
 * @throws CoupletError SPEC_INVALID for `symmetrise` without `timeReversal`
 */
export function symmetrised(
  { symmetrise, timeReversal }: TopologyProblem,
  model: TightBindingModel,
): { readonly model: TightBindingModel; readonly removed: number } {
  if (symmetrise !== true) return { model, removed: 0 };
  if (timeReversal === undefined) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "problem.symmetrise",
      expected: '"timeReversal" beside it: "interleaved" or "blocks"',
      received: "none",
    });
  }
  const even = symmetriseTimeReversal(model, spinTimeReversal(model.size, timeReversal));
  const { warnings } = model;
  return {
    model: warnings === undefined ? even.model : { ...even.model, warnings },
    removed: even.removed,
  };
}

/** A model of the problem with the symmetries that the problem states: what its indices are computed from. */
export function indexOptions(problem: TopologyProblem, model: TightBindingModel): Z2Options {
  const { occupied, timeReversal } = problem;
  const inversion = inversionOf(problem);
  return {
    model,
    occupied,
    ...(inversion === undefined ? {} : { inversion }),
    ...(timeReversal === undefined
      ? {}
      : { timeReversal: spinTimeReversal(model.size, timeReversal) }),
  };
}

/** A matrix in a file as a complex one. @throws CoupletError SPEC_INVALID unless all rows are equally long */
export function matrixOf(rows: MatrixText, where: string): ComplexDenseMatrix {
  const columns = rows[0]!.length;
  const bad = rows.findIndex((row) => row.length !== columns);
  if (bad >= 0) {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: `${where}[${bad}]`,
      expected: `${columns} entries, as in the first row`,
      received: String(rows[bad]!.length),
    });
  }
  return complexDense(rows);
}

/** The inversion operator of a problem. */
function inversionOf(problem: TopologyProblem): ComplexDenseMatrix | undefined {
  if (problem.inversion === undefined) return undefined;
  return problem.inversion === "bhz"
    ? bhzInversion
    : matrixOf(problem.inversion, "problem.inversion");
}

/** An axis as its position. @throws CoupletError SPEC_INVALID if the model does not have it */
export function axisOf(axis: AxisText, model: TightBindingModel, where: string): number {
  const index = typeof axis === "number" ? axis : ["x", "y", "z"].indexOf(axis);
  if (index < model.axes) return index;
  throw new CoupletError({
    code: "SPEC_INVALID",
    where,
    expected: `an axis of the model (${axisNames.slice(0, model.axes).join(", ")})`,
    received: `"${axisNames[index]}"`,
  });
}

/** Names of the axes. */
export const axisNames: readonly string[] = ["x", "y", "z"];

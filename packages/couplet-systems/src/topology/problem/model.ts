/** The tight-binding model and operators behind a topology problem. */
import { CoupletError } from "couplet/kit";
import { complexDense, type ComplexDenseMatrix } from "../../linear-algebra/matrix/matrix.ts";
import { tightBinding, type TightBindingModel } from "../model.ts";
import { bhzInversion, bhzStack, kaneMele } from "../preset.ts";
import { readWannier90 } from "../wannier90.ts";
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
export function inversionOf(problem: TopologyProblem): ComplexDenseMatrix | undefined {
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

/** Reading and writing Wannier90's `seedname_hr.dat`. */
import { CoupletError, checkOptions } from "couplet/kit";
import type { BlochTerm } from "../linear-algebra/matrix/builders.ts";
import { modelFromTerms } from "./model.ts";
import type { TightBindingModel } from "./model.ts";

/** How to read a file. */
export interface WannierOptions {
  /** Name for error messages; "_hr.dat" if left out. */
  readonly file?: string;
  /** Periodic axes to keep: 3, or 2 for a layer (then every block must have R3 = 0). Default 3. */
  readonly axes?: 2 | 3;
}

/** Degeneracies stand 15 to a line. */
const degeneraciesPerLine = 15;
/** The file prints 6 decimals: opposite blocks agree to this much (in eV). */
const printedPrecision = 2e-6;
/** Larger differences of opposite blocks, as parts of the largest entry, exceed rounding noise. */
const mostNoise = 0.01;

/**
 * Reads a tight-binding model from the text of `_hr.dat`: a comment line, the number of Wannier
 * functions, the number of cells, the cells' degeneracies (15 to a line), then lines `R1 R2 R3 m n Re Im`.
 * Each block is divided by its cell's degeneracy, and made exactly Hermitian (the file has 6 decimals; the model's `warnings` name
 * larger differences). Text after the
 * numbers of a header line ("4 !num_wann") is ignored, as by Fortran.
 *
 * @throws CoupletError FILE_INVALID with file and line number
 * @see Wannier90 user guide, section 8.19 (`seedname_hr.dat`)
 */
export function readWannier90(text: string, options: WannierOptions = {}): TightBindingModel {
  checkOptions("readWannier90", options, { file: "", axes: 0 });
  const { file = "_hr.dat", axes = 3 } = options;
  const lines = text.split(/\r?\n/);
  const fail = (line: number, expected: string, received: string): CoupletError =>
    new CoupletError({ code: "FILE_INVALID", where: `${file}:${line}`, expected, received });
  const integerBetween = (line: number, what: string): number => {
    const content = lines[line - 1];
    if (content === undefined) throw fail(line, what, "the end of the file");
    // Fortran reads the first number of the line and ignores what follows: "4  !num_wann".
    const [, digits, rest = ""] = /^\s*(\d+)(?:\s+(.*))?$/.exec(content) ?? [];
    const value = Number(digits ?? Number.NaN);
    if (!Number.isSafeInteger(value) || value < 1 || /^[-+.\d]/.test(rest.trim()))
      throw fail(line, `${what}, an integer >= 1`, JSON.stringify(content.trim()));
    return value;
  };
  const size = integerBetween(2, "the number of Wannier functions");
  const cells = integerBetween(3, "the number of cells");
  let line = 4;
  const degeneracies: number[] = [];
  for (; degeneracies.length < cells; line++) {
    const content = lines[line - 1];
    if (content === undefined)
      throw fail(line, `${cells} degeneracies`, `the end of the file after ${degeneracies.length}`);
    const words = content
      .replace(/[!#].*$/, "")
      .trim()
      .split(/\s+/);
    for (const word of words) {
      const value = Number(word);
      if (word === "" || !Number.isInteger(value) || value < 1)
        throw fail(line, "degeneracies, integers >= 1", JSON.stringify(word));
      degeneracies.push(value);
    }
    if (degeneracies.length > cells)
      throw fail(line, `${cells} degeneracies`, `${degeneracies.length}`);
  }
  // Before any memory is asked for: a line for each entry of each cell.
  if (size * size * cells > lines.length)
    throw fail(
      2,
      `as many lines as ${cells} cells of ${size} x ${size} entries need`,
      `${lines.length} lines`,
    );
  const blocks = readBlocks(lines, line, { size, cells, degeneracies, axes, fail });
  const { terms, defect } = hermitian(blocks, size, fail);
  const model = modelFromTerms({ axes, size, terms, where: file });
  if (defect === 0) return model;
  return {
    ...model,
    warnings: [
      `${file}: blocks of cells R and -R are adjoint but for ${defect.toExponential(1)} eV; the model is their mean`,
    ],
  };
}

type Fail = (line: number, expected: string, received: string) => CoupletError;

interface CellBlock {
  readonly cell: readonly number[];
  readonly line: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

function readBlocks(
  lines: readonly string[],
  first: number,
  header: { size: number; cells: number; degeneracies: readonly number[]; axes: 2 | 3; fail: Fail },
): Map<string, CellBlock> {
  const { size, cells, degeneracies, axes, fail } = header;
  const blocks = new Map<string, CellBlock>();
  let line = first;
  for (let c = 0; c < cells; c++) {
    let block: CellBlock | undefined;
    const filled = new Uint8Array(size * size);
    for (let e = 0; e < size * size; e++, line++) {
      const content = lines[line - 1];
      if (content === undefined || content.trim() === "")
        throw fail(
          line,
          `entry ${e + 1} of ${size * size} of cell ${c + 1} of ${cells}`,
          content === undefined ? "the end of the file" : "an empty line",
        );
      const words = content.trim().split(/\s+/);
      const numbers = words.map(Number);
      if (words.length !== 7 || numbers.some((v) => !Number.isFinite(v)))
        throw fail(line, "seven numbers: R1 R2 R3 m n Re Im", JSON.stringify(content.trim()));
      const [r1, r2, r3, m, n, re, im] = numbers as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      if (![r1, r2, r3, m, n].every(Number.isInteger))
        throw fail(line, "integers R1 R2 R3 m n", words.slice(0, 5).join(" "));
      if (m < 1 || m > size || n < 1 || n > size)
        throw fail(line, `orbitals from 1 to ${size}`, `${m} ${n}`);
      if (axes === 2 && r3 !== 0) throw fail(line, "R3 = 0 for a model of 2 axes", `R3 = ${r3}`);
      const cell = axes === 2 ? [r1, r2] : [r1, r2, r3];
      block ??= {
        cell,
        line,
        re: new Float64Array(size * size),
        im: new Float64Array(size * size),
      };
      if (block.cell.join() !== cell.join())
        throw fail(
          line,
          `an entry of cell (${block.cell.join(", ")})`,
          `one of cell (${cell.join(", ")})`,
        );
      const p = (m - 1) * size + n - 1;
      if (filled[p] === 1) throw fail(line, "each entry of a cell once", `entry ${m} ${n} twice`);
      filled[p] = 1;
      block.re[p] = re / degeneracies[c]!;
      block.im[p] = im / degeneracies[c]!;
    }
    const key = block!.cell.map((steps) => (steps === 0 ? 0 : steps)).join();
    if (blocks.has(key))
      throw fail(block!.line, "each cell once", `cell (${block!.cell.join(", ")}) twice`);
    blocks.set(key, block!);
  }
  for (; line <= lines.length; line++) {
    if (lines[line - 1]!.trim() !== "")
      throw fail(
        line,
        `the end of the file after ${cells} cells`,
        JSON.stringify(lines[line - 1]!.trim()),
      );
  }
  return blocks;
}

/**
 * (H_R + H_-R^H) / 2 for every cell, and the largest difference between the two where it is more than the printed digits leave.
 * @throws CoupletError FILE_INVALID, through `fail`, for one of more than a hundredth of the largest entry
 */
function hermitian(
  blocks: ReadonlyMap<string, CellBlock>,
  size: number,
  fail: Fail,
): { readonly terms: BlochTerm[]; readonly defect: number } {
  let [largest, worst] = [0, 0];
  let at: { readonly line: number; readonly what: string } | undefined;
  const terms = [...blocks.values()].map(({ cell, line, re, im }): BlochTerm => {
    const partner = blocks.get(cell.map((steps) => (steps === 0 ? 0 : -steps)).join());
    if (partner === undefined)
      throw fail(
        line,
        `a cell (${cell.map((s) => -s).join(", ")}) too`,
        `only (${cell.join(", ")})`,
      );
    const out = {
      kind: "complexDense" as const,
      rows: size,
      cols: size,
      re: new Float64Array(size * size),
      im: new Float64Array(size * size),
    };
    for (let m = 0; m < size; m++) {
      for (let n = 0; n < size; n++) {
        const [p, q] = [m * size + n, n * size + m];
        const defect = Math.hypot(re[p]! - partner.re[q]!, im[p]! + partner.im[q]!);
        const entry = Math.max(Math.abs(re[p]!), Math.abs(im[p]!));
        largest = Math.max(largest, entry);
        if (defect > printedPrecision * Math.max(1, entry) && defect > worst) {
          worst = defect;
          at = { line, what: `m = ${m + 1}, n = ${n + 1} of cell (${cell.join(", ")})` };
        }
        out.re[p] = (re[p]! + partner.re[q]!) / 2;
        out.im[p] = (im[p]! - partner.im[q]!) / 2;
      }
    }
    return { cell, matrix: out };
  });
  if (at !== undefined && worst > mostNoise * largest)
    throw fail(
      at.line,
      "a Hermitian model: entry (m, n) of R the conjugate of (n, m) of -R",
      `a difference of ${worst.toExponential(2)} at ${at.what}`,
    );
  return { terms, defect: worst };
}

/** The text of a `_hr.dat` file of a model (all degeneracies 1, 12 decimals). */
export function formatWannier90(model: TightBindingModel, comment = "written by couplet"): string {
  const out = [comment, `${model.size}`, `${model.terms.length}`];
  for (let c = 0; c < model.terms.length; c += degeneraciesPerLine) {
    out.push(
      new Array<string>(Math.min(degeneraciesPerLine, model.terms.length - c))
        .fill("    1")
        .join(""),
    );
  }
  for (const { cell, matrix } of model.terms) {
    const r = [0, 1, 2].map((axis) => String(cell[axis] ?? 0).padStart(5)).join("");
    for (let n = 0; n < model.size; n++) {
      for (let m = 0; m < model.size; m++) {
        const p = m * model.size + n;
        out.push(
          `${r}${String(m + 1).padStart(5)}${String(n + 1).padStart(5)} ${matrix.re[p]!.toFixed(12).padStart(18)} ${matrix.im[p]!.toFixed(12).padStart(18)}`,
        );
      }
    }
  }
  return out.join("\n") + "\n";
}

import { referenceElement } from "./element.ts";
import type { ElementMesh } from "./mesh.ts";
import { skylineSystem, type SkylineSystem } from "./skyline.ts";

/** A symmetric finite-element system under assembly: `K u = f` with some unknowns given. */
export interface ElementProblem {
  /** Forgets K and f; the structure stays. */
  clear(): void;
  /** Adds to `K[i][j]`. Both (i, j) and (j, i) have to be added. */
  stiffness(i: number, j: number, value: number): void;
  /** Adds to `f[i]`. */
  load(i: number, value: number): void;
  /** Solves with `u[i]` fixed for the keys of the map. */
  solve(fixed: ReadonlyMap<number, number>): Float64Array;
  /** `K u - f`: what has to act on each unknown from outside; zero where u is free and solves the system. */
  reaction(u: Float64Array): Float64Array;
}

/** An empty problem with `unknowns` unknowns per node. */
export function elementProblem(mesh: ElementMesh, unknowns: number): ElementProblem {
  const { nodes: size, dimension } = referenceElement(mesh.kind);
  const total = (mesh.points.length / dimension) * unknowns;
  const groups = Array.from({ length: mesh.elements.length / size }, (_, e) =>
    Array.from(
      { length: size * unknowns },
      (_u, k) => mesh.elements[e * size + Math.floor(k / unknowns)]! * unknowns + (k % unknowns),
    ),
  );
  const system: SkylineSystem = skylineSystem(total, groups);
  let [rows, columns, values]: [number[], number[], number[]] = [[], [], []];
  const f = new Float64Array(total);
  return {
    clear(): void {
      [rows, columns, values] = [[], [], []];
      f.fill(0);
    },
    stiffness(i: number, j: number, value: number): void {
      rows.push(i);
      columns.push(j);
      values.push(value);
    },
    load(i: number, value: number): void {
      f[i]! += value;
    },
    solve(fixed: ReadonlyMap<number, number>): Float64Array {
      system.clear();
      const right = f.slice();
      let scale = 0;
      for (let k = 0; k < rows.length; k++) {
        const [i, j] = [rows[k], columns[k]];
        if (i === j) scale = Math.max(scale, values[k]!);
        if (fixed.has(i!)) continue;
        const given = fixed.get(j!);
        if (given !== undefined) right[i!]! -= values[k]! * given;
        else if (i! <= j!) system.add(i!, j!, values[k]!);
      }
      for (const [i, value] of fixed) {
        system.add(i, i, scale);
        right[i] = scale * value;
      }
      return system.factor()(right);
    },
    reaction(u: Float64Array): Float64Array {
      const result = f.map((value) => -value);
      for (let k = 0; k < rows.length; k++) result[rows[k]!]! += values[k]! * u[columns[k]!]!;
      return result;
    },
  };
}

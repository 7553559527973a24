/** A sparse matrix by rows that carries values from one mesh to another. */
export interface MappingMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly rowStart: Int32Array;
  readonly column: Int32Array;
  readonly weight: Float64Array;
}

/** A mapping matrix from one list of (column, weight) per row. */
export function mappingFromRows(
  columns: number,
  rows: readonly (readonly (readonly [number, number])[])[],
): MappingMatrix {
  const rowStart = new Int32Array(rows.length + 1);
  rows.forEach((row, i) => (rowStart[i + 1] = rowStart[i]! + row.length));
  const entries = rows.flat();
  return {
    rows: rows.length,
    columns,
    rowStart,
    column: Int32Array.from(entries, ([j]) => j),
    weight: Float64Array.from(entries, ([, value]) => value),
  };
}

/** The transpose. */
export function transposeMapping(matrix: MappingMatrix): MappingMatrix {
  const rows: [number, number][][] = Array.from({ length: matrix.columns }, () => []);
  for (let i = 0; i < matrix.rows; i++) {
    for (let k = matrix.rowStart[i]!; k < matrix.rowStart[i + 1]!; k++)
      rows[matrix.column[k]!]!.push([i, matrix.weight[k]!]);
  }
  return mappingFromRows(matrix.rows, rows);
}

/** `matrix * values` for values with several components per point, interleaved. */
export function applyMapping(
  matrix: MappingMatrix,
  values: Float64Array,
  components = 1,
): Float64Array {
  const result = new Float64Array(matrix.rows * components);
  for (let i = 0; i < matrix.rows; i++) {
    for (let k = matrix.rowStart[i]!; k < matrix.rowStart[i + 1]!; k++) {
      for (let c = 0; c < components; c++) {
        result[i * components + c]! +=
          matrix.weight[k]! * values[matrix.column[k]! * components + c]!;
      }
    }
  }
  return result;
}

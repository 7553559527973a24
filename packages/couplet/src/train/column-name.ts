/** How messages of training call a column. */
export type ColumnName = (j: number) => string;

/** Columns of the rows, by their names where they have some. */
export function columnName(names: readonly string[] | undefined): ColumnName {
  return (j) => (names === undefined ? `column ${j}` : `column "${names[j]}"`);
}

/** Columns of the context. */
export const contextColumn: ColumnName = (j) => `context column ${j}`;

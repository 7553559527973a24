/** Which columns of a file are used. */
import { CoupletError, nearest } from "couplet";

/** @throws CoupletError USAGE for a column that there is not, with the nearest name */
export function chosenColumns(
  names: readonly string[],
  options: { readonly columns?: readonly string[]; readonly drop?: readonly string[] },
  where: string,
): string[] {
  for (const [option, wanted] of [
    ["--columns", options.columns ?? []],
    ["--drop", options.drop ?? []],
  ] as const) {
    const absent = wanted.find((name) => !names.includes(name));
    if (absent !== undefined) throw unknownColumn(option, absent, names, where);
  }
  const kept = (options.columns ?? names).filter((name) => options.drop?.includes(name) !== true);
  if (kept.length > 0) return kept;
  throw new CoupletError({
    code: "USAGE",
    where: "--drop",
    expected: "at least one column to keep",
    received: `all ${names.length} dropped`,
  });
}

export function unknownColumn(
  option: string,
  name: string,
  names: readonly string[],
  where: string,
): CoupletError {
  const near = nearest(name, names);
  const listed =
    names.length > 30
      ? `${names.slice(0, 30).join(", ")}, ... (${names.length})`
      : names.join(", ");
  return new CoupletError({
    code: "USAGE",
    where: option,
    expected: `a column of ${where} (${listed})`,
    received: JSON.stringify(name),
    ...(near === undefined ? {} : { hint: `Did you mean ${JSON.stringify(near)}?` }),
  });
}

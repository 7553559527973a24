import { CoupletError, nearest } from "couplet/kit";

/** "stack.couplings[0].exchange" as keys and positions. */
function partsOf(path: string): (string | number)[] {
  return [...path.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) =>
    index === undefined ? key! : Number(index),
  );
}

/**
 * A copy of a plain value with one place changed: `setPath(problem, "stack.couplings[0].exchange", 0.5)`.
 *
 * @param where the name of the source in messages
 * @param create whether the last key may be new; default false: the whole path has to exist
 * @throws CoupletError SPEC_INVALID if the path does not exist
 */
export function setPath<T>(
  root: T,
  path: string,
  value: unknown,
  where: string,
  create = false,
): T {
  const parts = partsOf(path);
  const walk = (node: unknown, depth: number): unknown => {
    if (depth === parts.length) return value;
    const key = parts[depth]!;
    const last = depth === parts.length - 1;
    const known =
      node !== null && typeof node === "object"
        ? Array.isArray(node)
          ? typeof key === "number" && key < node.length
          : Object.hasOwn(node, key)
        : false;
    const open =
      create && last && node !== null && typeof node === "object" && !Array.isArray(node);
    if (!known && !open) throw leadsNowhere(node, key);
    if (Array.isArray(node))
      return node.map((item, i) => (i === key ? walk(item, depth + 1) : item));
    const object = node as Record<string, unknown>;
    return { ...object, [key]: walk(object[key], depth + 1) };
  };
  const leadsNowhere = (node: unknown, key: string | number): CoupletError => {
    const keys =
      node === null || typeof node !== "object"
        ? []
        : Array.isArray(node)
          ? node.map((_, i) => `[${i}]`)
          : Object.keys(node);
    const guess = typeof key === "string" ? nearest(key, keys) : undefined;
    return new CoupletError({
      code: "SPEC_INVALID",
      where,
      expected: keys.length === 0 ? "a path to a value" : `one of ${keys.slice(0, 12).join(", ")}`,
      received: `"${String(key)}" in "${path}"`,
      ...(guess === undefined ? {} : { hint: `Did you mean "${guess}"?` }),
    });
  };
  return walk(root, 0) as T;
}

/** One text for all ways to write a path. */
export const placeOf = (path: string): string => JSON.stringify(partsOf(path));

/** The value at a path, or undefined. */
export function atPath(root: unknown, path: string): unknown {
  return partsOf(path).reduce<unknown>(
    (node, key) =>
      node !== null && typeof node === "object"
        ? (node as Record<string | number, unknown>)[key]
        : undefined,
    root,
  );
}

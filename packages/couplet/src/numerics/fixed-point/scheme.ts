import { CoupletError, nearest } from "../../error.ts";
import { type FieldLayout, splitFields } from "./residual-sum.ts";

/**
 * In which order blocks (or participants) are solved within one sweep.
 *
 * - `jacobi` (parallel): all from the values of the last sweep. All values are iterated.
 * - `gaussSeidel` (serial): one after the other, each from the newest values. Only values that are read before they are
 *   computed are iterated, so the fixed-point problem is as small as the interface.
 * - `multi`: stages one after the other, the blocks within a stage in parallel. One stage with every block is the fully implicit
 *   coupling of many participants, all of whose fields are accelerated together.
 */
export type Scheme =
  | { readonly kind: "jacobi" }
  | { readonly kind: "gaussSeidel"; readonly order?: readonly string[] }
  | { readonly kind: "multi"; readonly stages: readonly (readonly string[])[] };

/**
 * The stages of a scheme over named blocks.
 *
 * @throws CoupletError SPEC_INVALID when a name is unknown, missing or twice there
 */
export function stagesOf(scheme: Scheme, names: readonly string[]): readonly (readonly string[])[] {
  const stages =
    scheme.kind === "jacobi"
      ? [names]
      : scheme.kind === "gaussSeidel"
        ? (scheme.order ?? names).map((name) => [name])
        : scheme.stages;
  if (!Array.isArray(stages))
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: "scheme",
      expected: 'kind "gaussSeidel" or "jacobi", or stages',
      received: JSON.stringify(scheme),
    });
  const listed = stages.flat();
  const unknown = listed.find((name) => !names.includes(name));
  const missing = names.find((name) => !listed.includes(name));
  const twice = listed.find((name, i) => listed.indexOf(name) !== i);
  const problem = unknown ?? missing ?? twice;
  if (problem === undefined) return stages;
  const near = unknown === undefined ? undefined : nearest(unknown, names);
  throw new CoupletError({
    code: "SPEC_INVALID",
    where: "scheme",
    expected: `each of ${names.join(", ")} exactly once`,
    received:
      unknown === undefined
        ? `"${problem}" ${missing === undefined ? "twice" : "missing"}`
        : `"${unknown}"`,
    ...(near === undefined ? {} : { hint: `Did you mean "${near}"?` }),
  });
}

/** Whether a value that `writer` makes is needed by `reader` before, or while, it is made in a sweep. */
export function readBeforeWritten(
  stages: readonly (readonly string[])[],
  writer: string,
  reader: string,
): boolean {
  const stage = (name: string): number => stages.findIndex((names) => names.includes(name));
  return stage(reader) <= stage(writer);
}

/** One block of a system: it computes its own value from the others'. */
export interface Block {
  readonly name: string;
  /** Length of its value. */
  readonly size: number;
  /** Blocks whose values it uses. Default: all others. */
  readonly reads?: readonly string[];
  /** The block's new value. Must not modify what it is given. */
  readonly solve: (values: Readonly<Record<string, Float64Array>>) => Float64Array;
}

/** A sweep over blocks as a fixed-point map on the values that have to be iterated. */
export interface Sweep {
  /** The iterated blocks, in order: the fields of the vector. */
  readonly fields: readonly FieldLayout[];
  /** H: one sweep. */
  readonly map: (x: Float64Array) => Float64Array;
  /** The values of all blocks as the last sweep left them. */
  readonly values: () => Readonly<Record<string, Float64Array>>;
  /** The vector of iterated values from values by block; blocks left out start from zero. */
  readonly gather: (values: Readonly<Record<string, Float64Array>>) => Float64Array;
}

/**
 * Turns coupled blocks into `x = H(x)`.
 *
 * For a linear system split as `D + L + U` the Jacobi map has the matrix `-D^-1 (L + U)` and the Gauss-Seidel map `-(D + L)^-1 U`,
 * restricted to the values that are read before they are written. With two blocks the spectral radius of the second is
 * the square of that of the first.
 */
export function blockSweep(options: {
  readonly blocks: readonly Block[];
  readonly scheme: Scheme;
}): Sweep {
  const { blocks, scheme } = options;
  const names = blocks.map((block) => block.name);
  const stages = stagesOf(scheme, names);
  const byName = new Map(blocks.map((block) => [block.name, block]));
  const readsOf = (block: Block): readonly string[] =>
    block.reads ?? names.filter((name) => name !== block.name);
  const iterated = blocks.filter((writer) =>
    blocks.some(
      (reader) =>
        readsOf(reader).includes(writer.name) &&
        readBeforeWritten(stages, writer.name, reader.name),
    ),
  );
  const fields = iterated.map(({ name, size }) => ({ name, size }));
  let values: Record<string, Float64Array> = Object.fromEntries(
    blocks.map((b) => [b.name, new Float64Array(b.size)]),
  );

  function gather(from: Readonly<Record<string, Float64Array>>): Float64Array {
    const x = new Float64Array(fields.reduce((sum, field) => sum + field.size, 0));
    splitFields(fields, x).forEach((part, f) => {
      const value = from[fields[f]!.name];
      if (value !== undefined) part.set(value);
    });
    return x;
  }

  return {
    fields,
    gather,
    values: () => values,
    map(x: Float64Array): Float64Array {
      const now: Record<string, Float64Array> = { ...values };
      splitFields(fields, x).forEach((part, f) => (now[fields[f]!.name] = part));
      for (const stage of stages) {
        const made = stage.map((name): [string, Float64Array] => {
          const block = byName.get(name)!;
          const value = block.solve(now);
          if (value.length === block.size) return [name, value];
          throw new CoupletError({
            code: "SHAPE_MISMATCH",
            where: `block "${name}"`,
            expected: `${block.size} numbers`,
            received: String(value.length),
          });
        });
        for (const [name, value] of made) now[name] = value;
      }
      values = now;
      return gather(now);
    },
  };
}

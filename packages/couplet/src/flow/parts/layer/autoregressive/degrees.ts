/**
 * Which units of a masked network see which variables (Germain et al. 2015, section 4). A unit of degree d sees the context and
 * the first d variables; the parameters of variable i (from 0) are made of units of degree at most i. Units stand in the order of
 * their degrees, so what a unit may see is always a prefix.
 */
export interface Degrees {
  readonly dims: number;
  readonly context: number;
}

/** The lowest degree that sees anything. */
export function lowestDegree({ context }: Degrees): number {
  return context > 0 ? 0 : 1;
}

/** Units of degree at most `degree` in a layer of `width`, shared out evenly over all degrees. */
export function unitsUpTo(degree: number, width: number, degrees: Degrees): number {
  const lowest = lowestDegree(degrees);
  const count = degrees.dims - lowest;
  return degree < lowest ? 0 : Math.ceil((width * (degree - lowest + 1)) / count);
}

/** Units of exactly this degree. */
export function unitsOf(degree: number, width: number, degrees: Degrees): number {
  return unitsUpTo(degree, width, degrees) - unitsUpTo(degree - 1, width, degrees);
}

/** Classes that a training has no row of. */

/**
 * A warning that names the classes without a training image; none where every class has one.
 *
 * @param labels of the training images
 * @param consequence what the model makes of them: of one class, and of several
 */
export function missingClasses(
  labels: ArrayLike<number>,
  classes: number,
  consequence: readonly [one: string, several: string],
): string[] {
  const seen = new Set(Array.from(labels));
  const missing = Array.from({ length: classes }, (_, k) => k).filter((k) => !seen.has(k));
  if (missing.length === 0) return [];
  const shown = missing.slice(0, 5).join(", ");
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : "";
  return [
    `no training image has class ${shown}${more}: ${consequence[missing.length === 1 ? 0 : 1]}`,
  ];
}

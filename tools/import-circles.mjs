// Finds circles of imports: files that cannot be read, tested or moved without each other. Imports of types count.

/**
 * The circles among files: sets in which each file reaches every other (Tarjan 1972).
 *
 * @param {Map<string, readonly string[]>} imports file -> the files that it imports
 * @returns {string[][]}
 */
export function importCircles(imports) {
  const order = new Map();
  const lowest = new Map();
  const open = [];
  const circles = [];
  function visit(file) {
    order.set(file, order.size);
    lowest.set(file, order.get(file));
    open.push(file);
    for (const target of imports.get(file) ?? []) {
      if (target === file) circles.push([file]);
      else if (!imports.has(target)) continue;
      else if (!order.has(target)) {
        visit(target);
        lowest.set(file, Math.min(lowest.get(file), lowest.get(target)));
      } else if (open.includes(target)) {
        lowest.set(file, Math.min(lowest.get(file), order.get(target)));
      }
    }
    if (lowest.get(file) !== order.get(file)) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) circles.push(circle);
  }
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return circles;
}

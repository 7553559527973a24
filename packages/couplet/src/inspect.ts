/** What Node's console shows of an object whose insides are long. */

/** Makes Node's console show a text in place of all that is in `object`; other platforms ignore it. */
export function showAs(object: object, text: () => string): void {
  Object.defineProperty(object, Symbol.for("nodejs.util.inspect.custom"), { value: text });
}

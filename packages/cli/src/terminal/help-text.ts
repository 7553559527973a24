/** What stands under a verb's options: what it does in a few lines, and examples. */
export function helpText(about: readonly string[], ...examples: readonly string[]): string {
  const lines = about.length === 0 ? [] : ["", ...about];
  return [...lines, "", "Examples:", ...examples.map((line) => `  ${line}`)].join("\n");
}

/** Colours of the page's theme as numbers, for canvases. */

/** Red, green and blue, 0 to 255. */
export type Rgb = readonly [number, number, number];

const PROBE = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })!;

/** Variables of the style sheet, such as `--series-1`, as they are in the theme that is shown. */
export function themeColours(element: Element, names: readonly string[]): Rgb[] {
  const probe = document.createElement("span");
  element.append(probe);
  const colours = names.map((name): Rgb => {
    probe.style.color = `var(${name})`;
    PROBE.clearRect(0, 0, 1, 1);
    PROBE.fillStyle = getComputedStyle(probe).color;
    PROBE.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = PROBE.getImageData(0, 0, 1, 1).data;
    return [r, g, b];
  });
  probe.remove();
  return colours;
}

/** Calls back when the system changes between light and dark. */
export function onThemeChange(call: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", call);
  return () => dark.removeEventListener("change", call);
}

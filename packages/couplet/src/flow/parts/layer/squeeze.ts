import { gridOf, imageProblems } from "../image-shape.ts";
import { declarePart } from "../part.ts";
import type { State } from "../../state.ts";
import type { LayerFactory } from "./layer-part.ts";

/** Height x width x channels become height/2 x width/2 x 4 channels. */
export interface SqueezeSpec {
  readonly kind: "squeeze";
}

/**
 * Every 2 x 2 pixels become one of four times the channels: y[h, w, (c * 2 + dh) * 2 + dw] = x[2h + dh, 2w + dw, c] (Dinh et al. 2017,
 * section 3.6; the order of channels is Glow's). Nothing is computed: positions are renamed.
 */
export const squeeze: LayerFactory<SqueezeSpec, []> = declarePart(
  {
    kind: "squeeze",
    fields: {},
    problems(_spec, place) {
      const faults = imageProblems(place, "a squeeze");
      const [height, width] = place.shape;
      if (faults.length > 0 || (height! % 2 === 0 && width! % 2 === 0)) return faults;
      return [
        {
          path: place.path,
          expected: "an even height and an even width for a squeeze",
          received: `${height} x ${width}`,
          hint: "Pad or crop the images, or use fewer levels.",
        },
      ];
    },
    describe: () => "squeeze 2 x 2",
    title: () => "squeeze",
    keepsBox: () => true,
    shapeAfter: (_spec, shape) => {
      const [height, width, channels] = gridOf(shape)!;
      return [height / 2, width / 2, 4 * channels];
    },
    sources: (_spec, dims, shape) => unsqueezed(dims, shape).map((from) => [from]),
    encode: ({ shape }, state) => ({
      state: renamed(state, (p) => squeezed(p, shape)),
      logDet: undefined,
    }),
    decode({ dims, shape }, state) {
      const back = unsqueezed(dims, shape);
      return { state: renamed(state, (p) => back[p]!), logDet: undefined };
    },
  },
  () => ({ kind: "squeeze" }),
);

/** Where position p of an image goes. */
function squeezed(p: number, shape: readonly number[]): number {
  const [, width, channels] = gridOf(shape)!;
  const c = p % channels;
  const pixel = Math.floor(p / channels);
  const [y, x] = [Math.floor(pixel / width), pixel % width];
  const target = Math.floor(y / 2) * (width / 2) + Math.floor(x / 2);
  return target * 4 * channels + (c * 2 + (y % 2)) * 2 + (x % 2);
}

/** The position before the squeeze of each position after it. */
function unsqueezed(dims: number, shape: readonly number[]): number[] {
  const back: number[] = Array.from({ length: dims });
  for (let p = 0; p < dims; p++) back[squeezed(p, shape)] = p;
  return back;
}

function renamed(state: State, target: (position: number) => number): State {
  return state.map(({ value, positions }) => ({ value, positions: positions.map(target) }));
}

/** From a spec to a graph: images to logits. */
import { concat, dense, sum } from "../engine/build.ts";
import { convolution } from "../engine/build-more.ts";
import type { Grid } from "../engine/build.ts";
import { GraphBuilder } from "../engine/graph.ts";
import type { Graph, ParameterLayout } from "../engine/graph.ts";
import { additiveEncode } from "../engine/ops/additive/op.ts";
import { colsOf } from "../engine/value.ts";
import type { Value } from "../engine/value.ts";
import { blockOf, normalised } from "./blocks.ts";
import { meanOverPixels, squeezed } from "./pixels.ts";
import type { NetworkSpec, StageSpec } from "./spec.ts";

/** Both halves of the state. */
type State = readonly [Value, Value];

/** Numbers of an image. */
export function imageSize({ shape }: Pick<NetworkSpec, "shape">): number {
  return shape.reduce((product, axis) => product * axis, 1);
}

/** images -> logits. Without a layout it makes the layout (`layoutOf`) of all other graphs. */
export function lowerLogits(spec: NetworkSpec, layout?: ParameterLayout): Graph {
  const b = new GraphBuilder(layout);
  b.output("logits", logitsOf(b, spec, b.input("images", { kind: "rows", cols: imageSize(spec) })));
  return b.finish();
}

/** Emits the whole network: the logit of each class. */
export function logitsOf(b: GraphBuilder, spec: NetworkSpec, images: Value): Value {
  const { stages, transition, classes } = spec;
  const inputs = spec.shape[2]!;
  let [height, width] = spec.shape as readonly [number, number, number];
  const stem = (name: string) =>
    b.within(name, () =>
      convolution(b, images, {
        grid: [height, width, inputs],
        outputs: stages[0]!.channels / 2,
        init: { kind: "he" },
      }),
    );
  let state: State = b.within("stem", () => [stem("a"), stem("b")]);
  for (const [i, stage] of stages.entries()) {
    const channels = stage.channels / 2;
    state = b.within(`stages[${i}]`, () => {
      if (i > 0) {
        const grid: Grid = [height, width, stages[i - 1]!.channels / 2];
        [height, width] = [height / 2, width / 2];
        state = b.within("transition", () =>
          smaller(b, state, grid, transition === "squeeze" ? undefined : channels),
        );
      }
      return stageOf(b, state, [height, width, channels], stage);
    });
  }
  const last: Grid = [height, width, stages.at(-1)!.channels / 2];
  return b.within("head", () => {
    const means = state.map((half, k) =>
      b.within(k === 0 ? "a" : "b", () => meanOverPixels(b, normalised(b, half, last), last)),
    );
    // Zero weights: every class has the same probability at birth.
    return b.within("logits", () =>
      dense(b, concat(b, means), { outputs: classes, init: { kind: "zeros" } }),
    );
  });
}

function stageOf(b: GraphBuilder, state: State, grid: Grid, { units, block }: StageSpec): State {
  let [x1, x2] = state;
  for (let i = 0; i < units; i++) {
    b.within(`units[${i}]`, () => {
      x1 = coupling(b, "f", x1, x2, grid, block);
      x2 = coupling(b, "g", x2, x1, grid, block);
    });
  }
  return [x1, x2];
}

/** moving + F(frozen), a bijection of `moving`: on the way back F is computed once, for the rebuilt input and for its gradient. */
function coupling(
  b: GraphBuilder,
  name: string,
  moving: Value,
  frozen: Value,
  grid: Grid,
  block: StageSpec["block"],
): Value {
  return b.within(name, () =>
    b.bijection(() =>
      b.emitOne(additiveEncode, [moving, blockOf(b, frozen, grid, block)], {
        variables: colsOf(moving),
      }),
    ),
  );
}

/**
 * Each half with 2 x 2 pixels in one. With `channels` a convolution of 2 x 2 with stride 2 to so many, each half from both: what it reads is
 * kept for the way back.
 */
function smaller(b: GraphBuilder, halves: State, grid: Grid, channels: number | undefined): State {
  const [height, width, inputs] = grid;
  const small: Grid = [height / 2, width / 2, 4 * inputs];
  const [x1, x2] = halves.map((half) => squeezed(b, half, grid)) as unknown as State;
  if (channels === undefined) return [x1, x2];
  const to = (name: string): Value =>
    b.within(name, () => {
      const from = (part: string, x: Value) =>
        b.within(part, () =>
          convolution(b, x, { grid: small, outputs: channels, size: 1, init: { kind: "glorot" } }),
        );
      return sum(b, from("a", x1), from("b", x2));
    });
  return [to("a"), to("b")];
}

/** What the compiler has to say about an op's attributes. Checked by `npm run typecheck`; nothing runs. */
import { GraphBuilder } from "./graph.ts";
import { conv2d } from "./ops/conv2d/op.ts";
import { scale } from "./ops/elementwise/op.ts";
import { linear } from "./ops/linear/op.ts";

const b = new GraphBuilder();
const x = b.input("x", { kind: "rows", cols: 4 });
const weight = b.parameter("weight", 4, 3, { init: { kind: "he" }, decay: true });

b.emit(scale, [x], { factor: 2 });
// @ts-expect-error a number, not a word
b.emit(scale, [x], { factor: "nonsense" });
// @ts-expect-error the factor has no default
b.emit(scale, [x], {});
// @ts-expect-error no such attribute
b.emit(scale, [x], { factor: 2, offset: 1 });
// @ts-expect-error the same where one output is expected
b.emitOne(scale, [x], { factors: 2 });

b.emit(linear, [x, weight], { inputs: 4, outputs: 3, activation: "tanh" });
// @ts-expect-error no such activation
b.emit(linear, [x, weight], { inputs: 4, outputs: 3, activation: "tan" });
// @ts-expect-error attributes of a convolution name its image
b.emit(conv2d, [x, weight], { inputs: 4, outputs: 3, activation: "tanh" });

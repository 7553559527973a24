/** What the compiler has to say about the attributes of a node. Checked by `npm run typecheck`; nothing runs. */
import type { Emitter, OpDef } from "./op.ts";
import type { Value } from "./value.ts";

type Scale = "softClamp" | "tanh" | "exp";
declare const affine: OpDef<{ readonly scale: Scale; readonly clamp: number }>;
declare const none: OpDef<Readonly<Record<string, never>>>;
declare const b: Emitter;
declare const x: Value;

b.emit(affine, [x], { scale: "tanh", clamp: 2 });
b.emitOne(affine, [x], { scale: "exp", clamp: 2 });
b.emit(none, [x], {});

// The op decides the type of its attributes; those of a call do not widen it.
// @ts-expect-error no such scale
b.emit(affine, [x], { scale: "nonsense", clamp: 2 });
// @ts-expect-error no such scale
b.emitOne(affine, [x], { scale: "nonsense", clamp: 2 });
// @ts-expect-error clamp is a number
b.emit(affine, [x], { scale: "tanh", clamp: "2" });
// @ts-expect-error clamp is missing
b.emit(affine, [x], { scale: "tanh" });
// @ts-expect-error the op has no attribute `bins`
b.emit(affine, [x], { scale: "tanh", clamp: 2, bins: 8 });

/** What the compiler has to say about calls of the public API. Checked by `npm run typecheck`; nothing runs. */
import { expectTypeOf } from "vitest";
import {
  affine,
  alternating,
  coupling,
  createModel,
  flow,
  mlp,
  rationalQuadratic,
  repeat,
  type FlowModel,
  type FlowSpec,
} from "couplet";

const layers = repeat(2, (i) =>
  coupling({ mask: alternating(i), transform: affine(), conditioner: mlp() }),
);
const rows = new Float32Array(8);

// Whether a flow is conditional is part of its type, from the spec to the model.
const plain = flow({ dims: 2, layers });
const conditional = flow({ dims: 2, context: 1, layers });
expectTypeOf(plain).toEqualTypeOf<FlowSpec<false>>();
expectTypeOf(conditional).toEqualTypeOf<FlowSpec<true>>();

export async function calls(): Promise<void> {
  const model = await createModel(plain);
  expectTypeOf(model).toEqualTypeOf<FlowModel<false>>();
  expectTypeOf(await model.logProb(rows)).toEqualTypeOf<Float64Array<ArrayBuffer>>();
  await model.sample(3);
  await model.sample(3, { seed: 1, temperature: 0.5, signal: AbortSignal.timeout(1000) });
  // @ts-expect-error a flow without context takes none
  await model.logProb(rows, { context: rows });
  // @ts-expect-error the option is called seed
  await model.sample(3, { sed: 1 });

  const given = await createModel(conditional);
  expectTypeOf(given).toEqualTypeOf<FlowModel<true>>();
  await given.logProb(rows, { context: rows });
  await given.sample(4, { context: rows, seed: 1 });
  // @ts-expect-error a conditional flow needs its context
  await given.logProb(rows);
  // @ts-expect-error a conditional flow needs its context, also with other options
  await given.sample(4, { seed: 1 });
}

// A spec is checked where it is written.
// @ts-expect-error a transform, not its name
coupling({ transform: "affine" });
// @ts-expect-error the option is called bins
rationalQuadratic({ bin: 8 });
// @ts-expect-error dims has no default
flow({ layers });

import * as v from "valibot";
import { declarePart } from "../part.ts";
import type { MaskFactory } from "./mask-part.ts";

/** The variables where `frozen` is true are frozen. */
export interface ExplicitMask {
  readonly kind: "explicit";
  readonly frozen: readonly boolean[];
}

/** Freezes the variables where `frozen` is true: one entry per variable. */
export const explicit: MaskFactory<ExplicitMask, [frozen: readonly boolean[]]> = declarePart(
  {
    kind: "explicit",
    fields: { frozen: v.array(v.boolean()) },
    problems({ frozen }, { path, dims }) {
      const problem = (expected: string, received: string) => [
        { path: `${path}.frozen`, expected, received },
      ];
      if (frozen.length !== dims)
        return problem(`${dims} entries, one per variable`, String(frozen.length));
      if (frozen.every(Boolean))
        return problem("at least one variable that is transformed", "all frozen");
      return [];
    },
    describe: ({ frozen }) => `${frozen.filter(Boolean).length} variables`,
    frozen:
      ({ frozen }) =>
      (i) =>
        frozen[i] === true,
  },
  (frozen) => ({ kind: "explicit", frozen: [...frozen] }),
);

import type { Acceleration, AccelerationSpec } from "./acceleration.ts";
import { CoupletError, nearest } from "../../error.ts";
import { multiVector } from "./multi-vector.ts";
import { quasiNewton } from "./quasi-newton.ts";
import { relaxation } from "./relaxation.ts";
import type { FieldLayout } from "./residual-sum.ts";

const KINDS = ["none", "constant", "aitken", "iqnIls", "iqnImvj"] as const;

/**
 * Makes the state of an acceleration from its description.
 *
 * @param spec   what {@link noAcceleration}, {@link constantRelaxation}, {@link aitken}, {@link iqnIls} or {@link iqnImvj} return
 * @param fields how the iterated vector is divided; used by the preconditioner
 * @throws CoupletError SPEC_INVALID
 */
export function accelerate(spec: AccelerationSpec, fields: readonly FieldLayout[]): Acceleration {
  check(spec);
  if (spec.kind === "iqnIls") return quasiNewton(spec, fields);
  if (spec.kind === "iqnImvj") return multiVector(spec, fields);
  return relaxation(spec);
}

function check(spec: AccelerationSpec): void {
  const fail = (key: string, expected: string, received: unknown, hint?: string): never => {
    throw new CoupletError({
      code: "SPEC_INVALID",
      where: `acceleration.${key}`,
      expected,
      received: String(received),
      ...(hint === undefined ? {} : { hint }),
    });
  };
  if (!KINDS.includes(spec.kind)) {
    const near = nearest(String(spec.kind), KINDS);
    fail("kind", `one of ${KINDS.join(", ")}`, spec.kind, near && `Did you mean "${near}"?`);
  }
  if (spec.kind === "none") return;
  const [key, factor] =
    spec.kind === "constant" ? ["factor", spec.factor] : ["initialFactor", spec.initialFactor];
  if (!Number.isFinite(factor) || factor === 0) {
    fail(String(key), "a finite number other than 0", factor, "A factor of 0 never moves.");
  }
  if (spec.kind === "aitken" && !(spec.smallest > 0 && spec.smallest <= spec.largest)) {
    fail("smallest", "0 < smallest <= largest", `${spec.smallest} and ${spec.largest}`);
  }
  if (spec.kind === "iqnIls" || spec.kind === "iqnImvj") {
    if (!(spec.maxColumns >= 1)) fail("maxColumns", "an integer of at least 1", spec.maxColumns);
    const { kind, limit } = spec.filter;
    if (!["none", "qr1", "qr2", "qr3"].includes(kind))
      fail("filter.kind", "one of none, qr1, qr2, qr3", kind);
    if (kind !== "none" && !(limit > 0 && limit < 1))
      fail("filter.limit", "a number between 0 and 1", limit);
  }
}

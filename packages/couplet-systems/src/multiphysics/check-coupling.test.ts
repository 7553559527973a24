import { describe, expect, it } from "vitest";
import { couple, type CouplingOptions } from "./couple.ts";
import type { Participant } from "./participant.ts";
import { lineMesh } from "./point-mesh.ts";

const mesh = lineMesh([0, 1]);
const part = (
  name: string,
  [reads, writes]: readonly [string, string],
  f: (values: Float64Array) => Float64Array,
  more: Partial<Participant> = {},
): Participant => ({
  name,
  reads: { [reads]: { mesh } },
  writes: { [writes]: { mesh } },
  solve: (input) => ({ [writes]: f(input[reads]!) }),
  save: () => {},
  restore: () => {},
  ...more,
});
/** x = f(y), y = x. */
const loop = (f: (y: Float64Array) => Float64Array): CouplingOptions => ({
  participants: [part("A", ["y", "x"], f), part("B", ["x", "y"], (x) => x.slice())],
  exchanges: [
    { field: "x", from: "A", to: "B" },
    { field: "y", from: "B", to: "A" },
  ],
});
const cosine = loop((y) => y.map(Math.cos));

describe("couple", () => {
  it.each([Infinity, -Infinity, NaN])("%s is no solution", async (value) => {
    const end = await couple(loop(() => Float64Array.of(value, 1)));
    expect(end.status).toBe("diverged");
    expect(end.message).toContain("entry 0");
  });

  it.each(["implicit", "explicit"] as const)(
    "judges fields that it does not iterate: %s",
    async (coupling) => {
      const aside = part("C", ["x", "z"], () => Float64Array.of(0, NaN));
      const end = await couple({
        participants: [...cosine.participants, aside],
        exchanges: [...cosine.exchanges, { field: "x", from: "A", to: "C" }],
        coupling,
      });
      expect(end.status).toBe("diverged");
      expect(end.message).toContain("entry 1 of C.z is not finite");
    },
  );

  it.each<[string, object]>([
    ["a measure's name", { convergence: [{ kind: "relative", limit: 1e-6, fields: ["B.y"] }] }],
    ["a window's name", { windows: { size: 1, count: 2, strt: 3 } }],
    ["a bound's name", { bounds: { "B.y": { lowr: 1 } } }],
    ["an exchange's name", { exchanges: [{ ...cosine.exchanges[0], maping: 1 }] }],
    ["an interpolation", { exchanges: [{ ...cosine.exchanges[0], interpolation: "cubic" }] }],
    ["no windows", { windows: null }],
    ["half a window", { windows: { size: 1, count: 1.5 } }],
    ["windows without end", { windows: { size: 1, count: Infinity } }],
    ["a start that is no time", { windows: { size: 1, count: 2, start: NaN } }],
    ["windows below rounding", { windows: { size: 1e-300, count: 2, start: 1e10 } }],
    ["half an iteration", { maxIterations: 1.5 }],
    ["an unknown answer to a stall", { stall: { action: "wait" } }],
    ["an unknown scheme", { scheme: { kind: "sor" } }],
    [
      "a step of no length",
      { participants: [{ ...cosine.participants[0], timeStep: 0 }, cosine.participants[1]] },
    ],
  ])("refuses %s", async (_, wrong) => {
    await expect(couple({ ...cosine, ...wrong })).rejects.toMatchObject({
      name: "CoupletError",
      code: expect.stringMatching(/^(?:USAGE|SPEC_INVALID)$/),
    });
  });

  it("names a participant that answers nothing", async () => {
    const silent = { ...cosine.participants[0]!, solve: () => undefined as never };
    await expect(
      couple({ ...cosine, participants: [silent, cosine.participants[1]!] }),
    ).rejects.toThrow('participant "A": expected 2 values of "x", got none');
  });
});

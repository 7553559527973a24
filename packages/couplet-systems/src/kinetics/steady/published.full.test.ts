/** Published models, whose authors knew nothing of this solver: what each of them does in the end, in few steps. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readSbml } from "../sbml/read-sbml.ts";
import { steadyState } from "./steady-state.ts";

const data = fileURLToPath(
  new URL("../../../../../../shared/data/sbml-models.tar.xz", import.meta.url),
);

/** A model of the archive, from the state that its file gives. */
async function modelOf(name: string) {
  const text = execFileSync("tar", ["xJOf", data, `sbml-models/${name}.xml`], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return (await readSbml(text, name)).model;
}

/** Far fewer steps than steadyState may follow for (16,000): the work is bounded, not the clock. */
const FEW_STEPS = 4000;

describe.skipIf(!existsSync(data))("models of ../shared/data/sbml-models.tar.xz", () => {
  it.each([
    // Dead, healed and never infected: what becomes of whom depends on the start.
    ["Giordano_Nature2020", 3],
    ["Boehm_JProteomeRes2014", 0],
    ["Isensee_JCB2018", 2],
    ["Zheng_PNAS2012", 1],
  ])("%s settles, on a continuum of %d dimensions", async (name, continuum) => {
    const model = await modelOf(name);
    const found = steadyState(model, { maxSteps: FEW_STEPS });
    expect(found).toMatchObject({ continuum, stable: true });
    // Nothing left moves a species by a millionth of the largest within the time that is followed.
    const largest = Math.max(...found.state.map(Math.abs));
    expect(found.residual * 1e9).toBeLessThan(1e-6 * Math.max(largest, 1e-300));
  });

  it("Elowitz_Nature2000 oscillates", async () => {
    const model = await modelOf("Elowitz_Nature2000");
    expect(() => steadyState(model, { maxSteps: FEW_STEPS })).toThrow(
      /an oscillation: \w+ between \S+ and \S+, period 13\d\.\d/,
    );
  });
});

/** Parts beyond the usual ones are loaded when a spec names them: seen in a process of its own, where nothing else has loaded them. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const module = (name: string) =>
  fileURLToPath(new URL(`../../../dist/flow/${name}.js`, import.meta.url));

/** What a program prints that has the modules of `read` alone. */
function printed(program: string): unknown {
  const head = `
    import { masks } from "${module("parts/mask/mask")}";
    import { loadSpec } from "${module("spec/load")}";
    import { checkSpec } from "${module("spec/check")}";
    const mlp = { kind: "mlp", widths: [8], activation: "relu", layerNorm: false, dropout: 0 };
    const flow = (mask) => ({ version: 1, shape: [4, 4, 2], dims: 32, context: 0,
      base: { kind: "gaussian", learned: false },
      layers: [{ kind: "coupling", mask, transform: { kind: "additive" }, conditioner: mlp }] });
    const message = async (run) => { try { await run(); return "none"; } catch (error) { return error.message; } };`;
  const text = execFileSync(process.execPath, ["--input-type=module", "-e", head + program], {
    encoding: "utf8",
  });
  return JSON.parse(text);
}

test("a spec of the usual parts loads no others, one of others loads them", () => {
  expect(
    printed(`
      const before = await message(() => checkSpec(flow({ kind: "channel", swap: false })));
      await loadSpec(flow({ kind: "half", swap: false }));
      const usual = masks.has("channel");
      const { layers } = await loadSpec(flow({ kind: "channel", swap: true }));
      console.log(JSON.stringify([before.includes("channel"), usual, masks.has("channel"), layers[0].mask]));`),
  ).toEqual([true, false, true, { kind: "channel", swap: true }]);
});

test("a kind that no part has is refused with the names of all", () => {
  const text = printed(
    `console.log(JSON.stringify(await message(() => loadSpec(flow({ kind: "chanel", swap: false })))));`,
  );
  expect(text).toMatch(/spec\.layers\[0\]\.mask\.kind: expected .*"channel".*, got "chanel"/);
});

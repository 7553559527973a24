/** What reversible training saves, measured: the memory of two processes that train 512 couplings, beside the plan. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const program = (memory: string) => `
  import { alternating, coupling, fit, flow, mlp, repeat } from "couplet";
  const rows = Float64Array.from({ length: 64 * 2400 }, (_, i) => Math.sin(i) + Math.sin(i / 9) ** 3);
  const spec = flow({ dims: 64, layers: repeat(512, (i) => coupling({ mask: alternating(i), conditioner: mlp({ width: 192 }) })) });
  let planned;
  const run = fit(spec, rows, { epochs: 1, batch: 2048, threads: 2, memory: "${memory}" });
  for await (const event of run) if (event.type === "start") planned = event.plannedMemory;
  console.log(JSON.stringify({ planned, peak: 1024 * process.resourceUsage().maxRSS }));
  process.exit();
`;

function measure(memory: "store" | "reversible") {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const text = execFileSync(process.execPath, ["--input-type=module", "-e", program(memory)], {
    cwd,
    encoding: "utf8",
  });
  return JSON.parse(text) as {
    planned: { activations: { store: number; reversible: number } };
    peak: number;
  };
}

it("saves what the plan says, to 15 %", { timeout: 300_000 }, () => {
  const [stored, reversible] = [measure("store"), measure("reversible")];
  const { activations } = stored.planned;
  const plan = activations.store - activations.reversible;
  expect(plan).toBeGreaterThan(3e8);
  // Everything else (parameters, moments, the program itself) is in both processes.
  expect((stored.peak - reversible.peak) / plan).toBeGreaterThan(0.85);
  expect((stored.peak - reversible.peak) / plan).toBeLessThan(1.15);
});

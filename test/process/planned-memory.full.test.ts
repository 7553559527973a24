/** What a step takes and what reversible mode saves, measured: the pages of the device's memory in two processes, beside the plan. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PlannedMemory } from "couplet";
import { expect, it } from "vitest";

/**
 * Trains 512 couplings and prints the plan and the resident bytes of the largest anonymous mapping, which is the WebAssembly
 * memory (V8's heap is many small ones; resident bytes of the whole process hold its garbage too).
 */
const program = (memory: string) => `
  import { readFileSync } from "node:fs";
  import { alternating, coupling, fit, flow, mlp, repeat } from "couplet";
  const rows = Float64Array.from({ length: 16 * 2400 }, (_, i) => Math.sin(i) + Math.sin(i / 9) ** 3);
  const spec = flow({ dims: 16, layers: repeat(512, (i) => coupling({ mask: alternating(i), conditioner: mlp({ width: 48 }) })) });
  let planned;
  const run = fit(spec, rows, { epochs: 1, batch: 2048, threads: 2, memory: "${memory}" });
  for await (const event of run) if (event.type === "start") planned = event.plannedMemory;
  let anonymous = false;
  let resident = 0;
  for (const line of readFileSync("/proc/self/smaps", "utf8").split("\\n")) {
    if (/^[0-9a-f]+-[0-9a-f]+ /.test(line)) anonymous = line.trim().split(/ +/).length === 5;
    else if (anonymous && line.startsWith("Rss:")) resident = Math.max(resident, 1024 * parseInt(line.slice(4)));
  }
  console.log(JSON.stringify({ planned, resident }));
  process.exit();
`;

function measure(memory: "store" | "reversible") {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const text = execFileSync(process.execPath, ["--input-type=module", "-e", program(memory)], {
    cwd,
    encoding: "utf8",
  });
  return JSON.parse(text) as { planned: PlannedMemory; resident: number };
}

const total = ({ activations: _, ...rest }: PlannedMemory, activations: number) =>
  activations + rest.parameters + rest.gradients + rest.moments;

it.skipIf(!existsSync("/proc/self/smaps"))(
  "is what the plan says in both modes, to 15 %",
  { timeout: 300_000 },
  () => {
    const [stored, reversible] = [measure("store"), measure("reversible")];
    const { activations } = stored.planned;
    expect(reversible.planned).toEqual(stored.planned);
    expect(activations.store).toBeGreaterThan(100 * activations.reversible);
    for (const [{ planned, resident }, own] of [
      [stored, activations.store],
      [reversible, activations.reversible],
    ] as const)
      expect(Math.abs(resident / total(planned, own) - 1)).toBeLessThan(0.15);
    const saved =
      (stored.resident - reversible.resident) / (activations.store - activations.reversible);
    expect(Math.abs(saved - 1)).toBeLessThan(0.15);
  },
);

/** The contracts are those of the design: their bars, who counts as a peer, and what a kept result says by them. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { recounted } from "./recount.mjs";

const kept = JSON.parse(readFileSync(new URL("results/2026-11-25.json", import.meta.url), "utf8"));
const barsOf = (rows, pattern) => [
  ...new Set(rows.filter(({ contract }) => pattern.test(contract)).map(({ bar }) => bar)),
];

describe("the contracts", () => {
  it("have the bars of docs/design.md", () => {
    const { rows } = kept;
    for (const [pattern, bars] of [
      [/affine, dims 64.* GEMM floor/, [0.8]],
      [/spline, dims 64.* GEMM floor/, [0.7]],
      [/training.* every peer/, [1]],
      [/training.* flowjax$/, [1.5]],
      [/affine, dims 8 .*[^ ,] threads?, times faster than the fastest PyTorch/, [4]],
      [/spline, dims 8 .*[^ ,] threads?, times faster than the fastest PyTorch/, [8]],
      [/spline, dims 64 .*[^ ,] threads?, times faster than the fastest PyTorch/, [4]],
      [/affine, dims 64 .*[^ ,] threads?, times faster than the fastest PyTorch/, [1.2]],
      [/WebAssembly alone, .* PyTorch/, [1]],
      [/WebAssembly alone, .* jax-js/, [3]],
      [/^(logProb|sample).*(hidden 64|spline, dims 64|POWER).* fastest peer/, [1.5]],
      [/^(logProb|sample).*affine, dims 64.* own rate/, [0.8]],
      [/^(logProb|sample).*affine, dims 64.* fastest peer/, []],
      [/256.* 2 threads \(ours\) against 1/, [1.8]],
      [/hidden 64.* 2 threads \(ours\) against 1/, [1.4]],
    ])
      expect([String(pattern), barsOf(rows, pattern)]).toEqual([String(pattern), bars]);
    expect(rows.filter(({ contract }) => /^(must|aim)/.test(contract))).toEqual([]);
  });

  it("count flowjax among the peers of calls", () => {
    const figures = kept.figures.map((figure) =>
      figure.name === "flowjax" && figure.rows !== undefined
        ? { ...figure, seconds: figure.seconds / 1000 }
        : figure,
    );
    const rows = recounted({ ...kept, figures }).rows.filter(({ contract }) =>
      /^(logProb|sample).* fastest peer/.test(contract),
    );
    expect(rows.length).toBeGreaterThan(0);
    for (const { contract, holds } of rows) {
      expect(contract).toContain("(flowjax)");
      expect(holds).toBe(false);
    }
  });

  it.each(["2026-11-25", "2026-11-25-power"])("say of %s what its file says", (name) => {
    const file = new URL(`results/${name}.json`, import.meta.url);
    const result = JSON.parse(readFileSync(file, "utf8"));
    const { rows, images } = recounted(result);
    expect(result.rows).toEqual(JSON.parse(JSON.stringify(rows)));
    expect(result.images).toEqual(JSON.parse(JSON.stringify(images)));
  });
});

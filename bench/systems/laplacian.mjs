/**
 * lambda_2 and its vector of a supra-Laplacian of two layers, against SciPy's `eigsh` (ARPACK) and `lobpcg` on the
 * same matrix.
 *
 *   node bench/systems/laplacian.mjs [--nodes 500000] [--edges 3000000] [--graph random|grid] [--coupling 1]
 *     [--python bench/.venv/bin/python] [--peers lobpcg,arpack] [--limit 900] [--repeats 1] [--json]
 *
 * Every participant runs in a process of its own, which reports its time from the assembled operator to the
 * eigenvector, its largest resident set, and the residual |L x - lambda x|, computed anew. With repeats the participants take
 * turns, and the median is printed with the lowest and the highest.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(import.meta.url);
const here = path.dirname(script);
const { values: options } = parseArgs({
  options: {
    nodes: { type: "string", default: "500000" },
    edges: { type: "string", default: "3000000" },
    graph: { type: "string", default: "random" },
    coupling: { type: "string", default: "1" },
    python: { type: "string", default: path.join(here, "../.venv/bin/python") },
    peers: { type: "string", default: "lobpcg,arpack" },
    limit: { type: "string", default: "900" },
    repeats: { type: "string", default: "1" },
    library: { type: "string", default: "couplet-systems" },
    json: { type: "boolean", default: false },
    child: { type: "string" },
  },
});

/** A small generator with a seed, the same everywhere (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Edges of one layer as pairs; `random`: uniformly random pairs, `grid`: a square lattice, a path on its rows, and shortcuts of 3 nodes. */
function layerEdges(graph, nodes, edges, seed) {
  const random = generator(seed);
  const pairs = new Int32Array(2 * edges);
  const side = Math.ceil(Math.sqrt(nodes));
  for (let e = 0; e < edges;) {
    let [i, j] = [0, 0];
    if (graph === "grid") {
      // A node and one at most 3 steps away on a lattice: a geometric graph, with a tiny lambda_2.
      i = Math.floor(random() * nodes);
      const [x, y] = [
        (i % side) + Math.floor(random() * 7) - 3,
        Math.floor(i / side) + Math.floor(random() * 7) - 3,
      ];
      j = x < 0 || x >= side || y < 0 ? -1 : y * side + x;
    } else [i, j] = [Math.floor(random() * nodes), Math.floor(random() * nodes)];
    if (i === j || j < 0 || j >= nodes) continue;
    pairs[2 * e] = i;
    pairs[2 * e + 1] = j;
    e++;
  }
  return pairs;
}

/** The process that measures this library. */
async function child(folder) {
  const { csrFromTriplets, kroneckerSum, dense, spectrum } = await import(options.library);
  const { nodes, edges, coupling } = JSON.parse(
    readFileSync(path.join(folder, "problem.json"), "utf8"),
  );
  const laplacian = (name) => {
    const bytes = readFileSync(path.join(folder, name));
    const pairs = new Int32Array(bytes.buffer, bytes.byteOffset, 2 * edges);
    const [row, column, values] = [
      new Int32Array(4 * edges),
      new Int32Array(4 * edges),
      new Float64Array(4 * edges),
    ];
    for (let e = 0; e < edges; e++) {
      const [i, j] = [pairs[2 * e], pairs[2 * e + 1]];
      row.set([i, j, i, j], 4 * e);
      column.set([i, j, j, i], 4 * e);
      values.set([1, 1, -1, -1], 4 * e);
    }
    return csrFromTriplets({ rows: nodes, cols: nodes, row, column, values });
  };
  const started = performance.now();
  const operator = kroneckerSum({
    layers: [
      { name: "a", operator: laplacian("a.bin") },
      { name: "b", operator: laplacian("b.bin") },
    ],
    between: dense([
      [coupling, -coupling],
      [-coupling, coupling],
    ]),
  });
  const assembled = performance.now();
  const r = await spectrum({
    operator,
    k: 1,
    deflate: [new Float64Array(2 * nodes).fill(1)],
    tolerance: 1e-8,
  });
  const solved = performance.now();
  const y = new Float64Array(2 * nodes);
  operator.apply(r.vectors[0], y);
  const residual = Math.sqrt(
    y.reduce((sum, v, i) => sum + (v - r.values[0] * r.vectors[0][i]) ** 2, 0),
  );
  const report = {
    lambda2: r.values[0],
    residual,
    converged: r.converged,
    method: r.method,
    products: r.products,
    assembleSeconds: (assembled - started) / 1000,
    solveSeconds: (solved - assembled) / 1000,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
  console.log(JSON.stringify(report));
}

function run(name, command, args) {
  const done = spawnSync(command, args, {
    encoding: "utf8",
    timeout: Number(options.limit) * 1000,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (/** @type {NodeJS.ErrnoException | undefined} */ (done.error)?.code === "ETIMEDOUT")
    return { name, failed: `not done within ${options.limit} s` };
  if (done.status !== 0) return { name, failed: `exit code ${done.status}` };
  return { name, ...JSON.parse(done.stdout) };
}

/** The run of median time, with the spread; a run that failed if one did. */
function median(runs) {
  const failed = runs.find((r) => r.failed !== undefined);
  if (failed !== undefined) return failed;
  const sorted = runs.toSorted((a, b) => a.solveSeconds - b.solveSeconds);
  const spread = [sorted[0].solveSeconds, sorted.at(-1).solveSeconds];
  return { ...sorted[sorted.length >> 1], spread };
}

function main() {
  const folder = mkdtempSync(path.join(tmpdir(), "couplet-laplacian-"));
  try {
    const [nodes, edges] = [Number(options.nodes), Number(options.edges)];
    writeFileSync(
      path.join(folder, "problem.json"),
      JSON.stringify({ nodes, edges, coupling: Number(options.coupling) }),
    );
    writeFileSync(path.join(folder, "a.bin"), layerEdges(options.graph, nodes, edges, 1));
    writeFileSync(path.join(folder, "b.bin"), layerEdges(options.graph, nodes, edges, 2));
    const participants = [
      ["couplet", process.execPath, [script, "--child", folder, "--library", options.library]],
    ];
    if (existsSync(options.python)) {
      const peer = path.join(here, "scipy_laplacian.py");
      for (const name of options.peers.split(",").filter(Boolean))
        participants.push([`scipy ${name}`, options.python, [peer, folder, name]]);
    } else console.error(`no Python at ${options.python}: SciPy is left out`);
    /** @type {any[][]} */
    const runs = participants.map(() => []);
    for (let repeat = 0; repeat < Number(options.repeats); repeat++)
      for (const [i, participant] of participants.entries()) runs[i].push(run(...participant));
    const rows = runs.map(median);
    if (options.json) {
      console.log(
        JSON.stringify({
          nodes,
          edges,
          graph: options.graph,
          cpu: cpus()[0]?.model,
          cores: cpus().length,
          node: process.version,
          rows,
        }),
      );
      return;
    }
    console.log(
      `supra-Laplacian, 2 layers x ${nodes} nodes, ${edges} edges each (${options.graph}), coupling ${options.coupling}; ${cpus().length} x ${cpus()[0]?.model}`,
    );
    for (const row of rows) {
      if (row.failed !== undefined) {
        console.log(`${row.name.padEnd(16)} ${row.failed}`);
        continue;
      }
      const ratio = row.solveSeconds / rows[0].solveSeconds;
      console.log(
        `${row.name.padEnd(16)} lambda2 ${row.lambda2.toPrecision(10)}  residual ${row.residual.toExponential(1)}  ${row.solveSeconds.toFixed(1)} s [${row.spread.map((v) => v.toFixed(1)).join(", ")}]  (${ratio.toFixed(2)} x couplet)  peak ${(row.peakBytes / 2 ** 20).toFixed(0)} MiB  ${row.products ?? ""} products`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (options.child === undefined) main();
else await child(options.child);

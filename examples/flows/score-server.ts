/**
 * A small HTTP server that scores rows: POST /score with a JSON array of rows answers their log-densities in nats.
 *
 * Requests of few rows are scored on the caller's stack (`logProbSync`), larger ones by the pool of threads (`logProb`). What is too
 * large, no JSON or no row of the model is refused with the reason. It sends itself requests, prints how many it answers
 * a second, and ends; with --serve it goes on.
 *
 *   npm run example -- flows/score-server [--serve]
 */
import { createServer } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { CoupletError, fit, neuralSpline } from "couplet";

const quick = process.argv.includes("--quick");

/** Limits: a body's bytes, and the rows from which on the threads take over. */
const MOST_BYTES = 1_000_000;
const FEW_ROWS = 256;
/** Milliseconds that a client has for the rest of a request that was refused. */
const PATIENCE_MS = 5_000;

// In a service: FlowModel.load("model.couplet").
const rings = Array.from({ length: quick ? 500 : 4_000 }, (_, i) => {
  const angle = i * 2.399963;
  const radius = 1 + (i % 2) + 0.05 * Math.sin(i * 12.9898);
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
});
const model = await fit(neuralSpline({ dims: 2, couplings: 4, width: 32 }), rings, {
  epochs: quick ? 2 : 40,
  seed: 1,
});

/** The bytes of a request as text; undefined, and no more than that read, where they are too many. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop would otherwise end the connection, before the client has its answer.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes > MOST_BYTES) return undefined;
  }
  return Buffer.concat(parts).toString("utf8");
}

/** Status and answer of a request; errors of the library say what is wrong with a row. */
async function answer(request: IncomingMessage): Promise<[status: number, body: object]> {
  if (request.method !== "POST" || request.url !== "/score")
    return [404, { error: "expected POST /score" }];
  const text = await bodyOf(request);
  if (text === undefined) return [413, { error: `expected at most ${MOST_BYTES} bytes` }];
  try {
    const rows = JSON.parse(text) as number[][];
    const few = Array.isArray(rows) && rows.length <= FEW_ROWS;
    const nats = few ? model.logProbSync(rows) : await model.logProb(rows);
    // JSON has no -Infinity: a row of density 0 is null.
    return [200, { nats: Array.from(nats) }];
  } catch (error) {
    if (error instanceof CoupletError || error instanceof SyntaxError)
      return [400, { error: error.message }];
    throw error;
  }
}

/** Lets the rest of a request pass, for a while: a client that is still sending reads no answer from a connection that is reset. */
function passOver(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), PATIENCE_MS);
  request.resume().once("close", () => clearTimeout(timer));
}

const server = createServer((request, response) => {
  answer(request)
    .catch((): [number, object] => [500, { error: "internal error" }])
    .then(([status, body]) => {
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(JSON.stringify(body));
      if (!request.complete) passOver(request);
    })
    .catch(() => response.destroy());
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/score`;
console.log(`scores rows at ${url}`);

const score = async (body: string): Promise<string> => {
  const response = await fetch(url, { method: "POST", body });
  return `${response.status} ${await response.text()}`;
};

console.log("[[1, 0]]     ->", await score("[[1, 0]]"));
console.log("[[1]]        ->", await score("[[1]]"));
console.log("not JSON     ->", (await score("{")).slice(0, 3), "with the parser's reason");
// 600,000 letters, and twice as many bytes: bytes count.
console.log("1.2 MB       ->", await score("é".repeat(600_000)));
console.log("100 MB       ->", await score(" ".repeat(100_000_000)));
console.log("[[0, 1]]     ->", await score("[[0, 1]]"));

for (const rows of [1, 64, 1024]) {
  const body = JSON.stringify(rings.slice(0, Math.min(rows, rings.length)));
  const end = performance.now() + (quick ? 200 : 2_000);
  const start = performance.now();
  let requests = 0;
  // Eight clients at once, as connections of a pool.
  const client = async () => {
    for (; performance.now() < end; requests++) {
      const said = await score(body);
      if (!said.startsWith("200")) throw new Error(said);
    }
  };
  await Promise.all(Array.from({ length: 8 }, client));
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${rows} rows a request: ${(requests / seconds).toFixed(0)} requests/s, client and server in one process`,
  );
}
if (!process.argv.includes("--serve")) {
  server.close();
  server.closeAllConnections();
  model.dispose();
}

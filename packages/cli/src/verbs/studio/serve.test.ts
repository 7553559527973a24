/** The studio's server answers this machine, for its own files and the one that it was given. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { get, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { serveStudio } from "./serve.ts";
import type { StudioServer } from "./serve.ts";

interface Answer {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

describe("the studio's server", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "couplet-serve-"));
  let server: StudioServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A server of a small folder; asks with the path as it is, where `fetch` would tidy it. */
  async function serve(
    file?: string,
  ): Promise<(target: string, options?: object) => Promise<Answer>> {
    mkdirSync(path.join(folder, "dist/assets"), { recursive: true });
    writeFileSync(path.join(folder, "dist/index.html"), "<p>studio</p>");
    writeFileSync(path.join(folder, "dist/assets/a.js"), "1;");
    writeFileSync(path.join(folder, "secret.txt"), "secret");
    writeFileSync(path.join(folder, "data.csv"), "a,b\n1,2\n");
    server = await serveStudio({
      port: 0,
      folder: path.join(folder, "dist"),
      ...(file === undefined ? {} : { file: path.join(folder, file) }),
    });
    const { port } = new URL(server.address);
    return (target, options = {}) =>
      new Promise((resolve, reject) => {
        const sent = request({ host: "127.0.0.1", port, path: target, ...options }, (response) => {
          let text = "";
          response.on("data", (piece) => (text += String(piece)));
          response.on("end", () =>
            resolve({ status: response.statusCode, headers: response.headers, text }),
          );
        });
        sent.on("error", reject);
        sent.end();
      });
  }

  it("serves its files, isolated and to itself alone", async () => {
    const ask = await serve();
    const page = await ask("/");
    expect(page.text).toBe("<p>studio</p>");
    expect(page.headers).toMatchObject({
      "content-type": "text/html; charset=utf-8",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-embedder-policy": "require-corp",
      "cross-origin-resource-policy": "same-origin",
      "x-content-type-options": "nosniff",
    });
    // The page's own policy, on every file: workers obey that of their script.
    const [, policy] = /Content-Security-Policy"\s+content="([^"]+)"/.exec(
      readFileSync(new URL("../../../../studio/index.html", import.meta.url), "utf8"),
    )!;
    for (const target of ["/", "/assets/a.js", "/absent"])
      expect((await ask(target)).headers["content-security-policy"], target).toBe(
        `${policy!}; frame-ancestors 'none'`,
      );
    expect((await ask("/assets/a.js")).text).toBe("1;");
    expect(new URL(server!.address).hash).toBe("");
  });

  it("answers to its own names alone", async () => {
    const ask = await serve();
    const { port } = new URL(server!.address);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`])
      expect((await ask("/", { headers: { host } })).status).toBe(200);
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1:1"])
      expect((await ask("/", { headers: { host } })).status, host).toBe(421);
  });

  it("reads the given file, under a name that changes, and no other", async () => {
    const ask = await serve("data.csv");
    const given = new URLSearchParams(new URL(server!.address).hash.slice(1));
    expect(given.get("name")).toBe("data.csv");
    const token = given.get("given")!;
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    expect((await ask(`/given/${token}`)).text).toBe("a,b\n1,2\n");
    for (const target of [
      "/given/0",
      `/given/${token}/../secret.txt`,
      "/../secret.txt",
      "/%2e%2e/secret.txt",
      "/assets/../../secret.txt",
      "/data.csv",
      path.join(folder, "secret.txt"),
    ])
      expect((await ask(target)).status, target).toBe(404);
    await server!.close();
    await serve("data.csv");
    expect(server!.address).not.toContain(token);
  });

  it("takes no request that writes", async () => {
    const ask = await serve("data.csv");
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
      expect((await ask("/", { method })).status, method).toBe(405);
    expect(await ask("/", { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
  });

  it("says so when the port is taken", async () => {
    await serve();
    const port = Number(new URL(server!.address).port);
    await expect(serveStudio({ port, folder: path.join(folder, "dist") })).rejects.toMatchObject({
      code: "USAGE",
      where: `--port ${port}`,
    });
  });

  it("is not reached by the machine's other addresses", async () => {
    await serve();
    const { port } = new URL(server!.address);
    // All of 127/8 is this machine; the server has 127.0.0.1 alone.
    const failed = new Promise((resolve) => {
      get({ host: "127.0.0.2", port, timeout: 2000 }, () => resolve("answered")).on("error", () =>
        resolve("refused"),
      );
    });
    expect(await failed).toBe("refused");
  });
});

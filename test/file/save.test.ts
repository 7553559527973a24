/** Saving where it cannot be done: an error that says so, the old file as it was, no rests. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createModel, FlowModel, nice } from "couplet";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(path.join(tmpdir(), "couplet-save-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("save", () => {
  it("replaces a file whole, and load gives the same parameters and names", async () => {
    const file = path.join(folder, "a.couplet");
    writeFileSync(file, "something old");
    using model = await createModel(nice({ dims: 2 }), { seed: 5, columns: ["u", "v"] });
    await model.save(file);
    using again = await FlowModel.load(file);
    expect(again.parameters).toEqual(model.parameters);
    expect(again.columns).toEqual(["u", "v"]);
    expect(readdirSync(folder)).toEqual(["a.couplet"]);
  });

  it("refuses a folder that is not there, and one in the file's place", async () => {
    using model = await createModel(nice({ dims: 2 }));
    const missing = path.join(folder, "none", "b.couplet");
    await expect(model.save(missing)).rejects.toMatchObject({
      code: "FILE_INVALID",
      message: `${missing}: expected a place that can be written to, got no such folder.`,
    });
    const below = path.join(folder, "a.couplet", "b.couplet");
    await expect(model.save(below)).rejects.toMatchObject({
      code: "FILE_INVALID",
      received: "a file where a folder has to be",
    });
    await expect(model.save(path.join(folder, "x".repeat(256)))).rejects.toMatchObject({
      code: "FILE_INVALID",
      received: "a name that is too long",
    });
    const inTheWay = path.join(folder, "c.couplet");
    mkdirSync(path.join(inTheWay, "full"), { recursive: true });
    await expect(model.save(inTheWay)).rejects.toThrow(/a place that can be written to/);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  // A limit on file sizes gives the write the same end as a disk that is full.
  it.skipIf(process.platform === "win32")("leaves the old file when the disk is full", async () => {
    const file = path.join(folder, "d.couplet");
    writeFileSync(file, "something old");
    const program = `
      import { createModel, nice } from "couplet";
      const model = await createModel(nice({ dims: 2, width: 64 }));
      await model.save(process.argv[1]).catch((error) => console.log(error.code, error.message));`;
    const command = `ulimit -f 8; exec "$0" --input-type=module --eval "$1" "$2"`;
    const { stdout } = await promisify(execFile)(
      "/bin/bash",
      ["-c", command, process.execPath, program, file],
      { cwd: fileURLToPath(new URL(".", import.meta.url)), timeout: 110_000 },
    );
    expect(stdout).toMatch(
      /^FILE_INVALID .*d\.couplet: expected a place that can be written to, got a file larger than the system allows/,
    );
    expect(readFileSync(file, "utf8")).toBe("something old");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe("load", () => {
  it("says which file is not there", async () => {
    await expect(FlowModel.load(path.join(folder, "nowhere.couplet"))).rejects.toMatchObject({
      code: "FILE_NOT_FOUND",
    });
    await expect(FlowModel.load(folder)).rejects.toMatchObject({ code: "FILE_INVALID" });
  });

  it("refuses an empty file and one of something else", async () => {
    const file = path.join(folder, "e.couplet");
    writeFileSync(file, "");
    await expect(FlowModel.load(file)).rejects.toThrow(
      /8 bytes of header length first\), got 0 bytes/,
    );
    writeFileSync(file, "a,b\n1,2\n3,4\n");
    await expect(FlowModel.load(file)).rejects.toThrow(
      /expected a model file, got text\. A table is not a model/,
    );
  });
});

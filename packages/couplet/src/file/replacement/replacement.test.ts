/** A file is the old one or the new one, whatever happens while it is written. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { CoupletError } from "../../error.ts";
import { replaceFile, unwritable, writeFileAtomically } from "./node.ts";

const root = mkdtempSync(path.join(tmpdir(), "couplet-replacement-"));
let folder = root;
let count = 0;
const at = (name: string) => path.join(folder, name);
const names = () => readdirSync(folder).sort();

beforeEach(() => {
  folder = path.join(root, String(count++));
  mkdirSync(folder);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const posix = process.platform !== "win32";

describe("a file that is written", () => {
  it("appears when it is whole, and is the old one until then", async () => {
    writeFileSync(at("a"), "old");
    const replacement = await replaceFile(at("a"));
    expect(path.dirname(replacement.path)).toBe(realpathSync(folder));
    writeFileSync(replacement.path, "new");
    expect(readFileSync(at("a"), "utf8")).toBe("old");
    await replacement.keep();
    expect(readFileSync(at("a"), "utf8")).toBe("new");
    expect(names()).toEqual(["a"]);
    await writeFileAtomically(at("b"), Uint8Array.of(1, 2, 3));
    expect(readFileSync(at("b"))).toEqual(Buffer.of(1, 2, 3));
  });

  it("leaves nothing when it is dropped or cannot take its place", async () => {
    const dropped = await replaceFile(at("a"));
    await dropped.drop();
    expect(names()).toEqual([]);
    const late = await replaceFile(at("b"));
    mkdirSync(at("b"));
    await expect(late.keep()).rejects.toMatchObject({
      code: "FILE_INVALID",
      where: at("b"),
      received: "a folder of that name",
    });
    expect(names()).toEqual(["b"]);
  });

  it("does not meet another that is written to the same name at once", async () => {
    const writes = Array.from({ length: 20 }, (_, i) => String(i).repeat(100_000));
    await Promise.all(writes.map((text) => writeFileAtomically(at("a"), text)));
    expect(writes).toContain(readFileSync(at("a"), "utf8"));
    expect(names()).toEqual(["a"]);
  });

  it.runIf(posix)(
    "keeps the mode of the file that it replaces, and has the usual one otherwise",
    async () => {
      for (const mode of [0o600, 0o640, 0o755]) {
        writeFileSync(at("a"), "old");
        chmodSync(at("a"), mode);
        await writeFileAtomically(at("a"), "new");
        expect(statSync(at("a")).mode & 0o7777).toBe(mode);
      }
      writeFileSync(at("usual"), "");
      await writeFileAtomically(at("b"), "new");
      expect(statSync(at("b")).mode).toBe(statSync(at("usual")).mode);
    },
  );

  it.runIf(posix && process.getuid?.() === 0)(
    "keeps the owner of the file that it replaces",
    async () => {
      writeFileSync(at("a"), "old");
      chownSync(at("a"), 12_345, 23_456);
      await writeFileAtomically(at("a"), "new");
      expect(statSync(at("a"))).toMatchObject({ uid: 12_345, gid: 23_456 });
    },
  );

  it.runIf(posix)("is where a link points to, and the link stays", async () => {
    mkdirSync(at("elsewhere"));
    writeFileSync(at("elsewhere/real"), "old");
    symlinkSync("elsewhere/real", at("link"));
    symlinkSync("link", at("link-to-link"));
    await writeFileAtomically(at("link-to-link"), "new");
    expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
    expect(readFileSync(at("elsewhere/real"), "utf8")).toBe("new");
    expect(readdirSync(at("elsewhere"))).toEqual(["real"]);
    // A link to a file that is not there yet.
    symlinkSync("elsewhere/later", at("early"));
    await writeFileAtomically(at("early"), "there");
    expect(lstatSync(at("early")).isSymbolicLink()).toBe(true);
    expect(readFileSync(at("elsewhere/later"), "utf8")).toBe("there");
    symlinkSync("nowhere/file", at("lost"));
    await expect(writeFileAtomically(at("lost"), "x")).rejects.toMatchObject({
      received: "no such folder",
    });
    symlinkSync("circle", at("circle"));
    await expect(writeFileAtomically(at("circle"), "x")).rejects.toMatchObject({
      received: "a cycle of symbolic links",
    });
  });

  it.runIf(posix)("is one of several names: the others keep the old content", async () => {
    writeFileSync(at("a"), "old");
    linkSync(at("a"), at("b"));
    await writeFileAtomically(at("a"), "new");
    expect(readFileSync(at("b"), "utf8")).toBe("old");
  });
});

describe("a place that is no file", () => {
  it.runIf(posix)("is written into: pipes and devices", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const [text] = await Promise.all([
      readFile(at("pipe"), "utf8"),
      writeFileAtomically(at("pipe"), "through"),
    ]);
    expect(text).toBe("through");
    expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
    await writeFileAtomically("/dev/null", "gone");
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  it.runIf(process.platform === "linux")("has words for what is wrong with it", async () => {
    const cases: readonly (readonly [string, string])[] = [
      ["/dev/full", "a full disk"],
      [at("no/such/file"), "no such folder"],
      [folder, "a folder of that name"],
      [at("n".repeat(300)), "a name that is too long"],
      ["/proc/file", "no such folder"],
    ];
    writeFileSync(at("file"), "");
    for (const [target, received] of [
      ...cases,
      [at("file/below"), "a file where a folder has to be"] as const,
    ]) {
      await expect(writeFileAtomically(target, "x")).rejects.toMatchObject({
        code: "FILE_INVALID",
        where: target,
        expected: "a place that can be written to",
        received,
      });
    }
    expect(names()).toEqual(["file"]);
  });

  it("is told without the temporary name", () => {
    const error = unwritable(
      "out.csv",
      new Error("EBUSY: busy, rename '/x/.couplet-0123456789abcdef.tmp' -> 'out.csv'"),
    );
    expect(error.received).toBe("EBUSY: busy, rename 'out.csv' -> 'out.csv'");
    const own = new CoupletError({
      code: "DATA_INVALID",
      where: "a",
      expected: "b",
      received: "c",
    });
    expect(unwritable("out.csv", own)).toBe(own);
  });
});

describe("a process that ends while it writes", () => {
  const module = fileURLToPath(new URL("../../../dist/file/replacement/node.js", import.meta.url));
  const script = `import { replaceFile } from ${JSON.stringify(module)};
    import { writeFileSync } from "node:fs";
    const { path } = await replaceFile("a"); writeFileSync(path, "half");`;
  it.each([
    ["that exits", "process.exit(3);", 3],
    ["that fails", "throw new Error();", 1],
    ["whose disk is full", 'writeFileSync(path, "x".repeat(1e6)); process.exit(0);', 1],
  ])("leaves the old file alone and no other: one %s", (_what, end, code) => {
    writeFileSync(at("a"), "old");
    const run = spawnSync(
      "bash",
      [
        "-c",
        'ulimit -f 100; exec "$0" --input-type=module -e "$1"',
        process.execPath,
        script + end,
      ],
      { cwd: folder },
    );
    expect(run.status).toBe(code);
    expect(readFileSync(at("a"), "utf8")).toBe("old");
    expect(names()).toEqual(["a"]);
  });
});

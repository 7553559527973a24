/** Several processes of one machine share a training through MPI. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const program = fileURLToPath(new URL("programs/mpi-fit.mjs", import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), "couplet-mpi-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Said {
  readonly rank: number;
  readonly digest?: string;
  readonly error?: string;
  readonly library?: string;
  readonly bytesSent?: number;
  readonly parameters?: number;
}

function onPath(name: string): boolean {
  return (process.env["PATH"] ?? "").split(":").some((at) => existsSync(path.join(at, name)));
}

/** Launchers that are here. Debian has both under names of their own; elsewhere there is one. */
const launchers = ["mpirun.mpich", "mpirun.openmpi", "mpirun"].filter(
  (name, i, all) => onPath(name) && !(name === "mpirun" && all.slice(0, i).some(onPath)),
);

function argumentsOf(launcher: string, ranks: number): string[] {
  const isOpen = /open ?(mpi|rte)/i.test(
    execFileSync(launcher, ["--version"], { encoding: "utf8" }),
  );
  return [...(isOpen ? ["--allow-run-as-root", "--oversubscribe"] : []), "-n", String(ranks)];
}

function run(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ readonly said: readonly Said[]; readonly code: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: path.dirname(program),
      env: { ...process.env, ...environment },
    });
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    child.stderr.resume();
    child.on("close", (code) => {
      const said = text
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Said)
        .sort((a, b) => a.rank - b.rank);
      resolve({ said, code });
    });
  });
}

const fitAlone = async (options: object) =>
  (await run(process.execPath, [program, JSON.stringify({ ...options, alone: true })])).said[0]!;

const fitOn = (launcher: string, ranks: number, options: object, environment = {}) =>
  run(
    launcher,
    [...argumentsOf(launcher, ranks), process.execPath, program, JSON.stringify(options)],
    environment,
  );

/** A library that this process has loaded: one that is there, and no MPI. */
function loadedLibrary(name: RegExp): string {
  const { sharedObjects } = process.report.getReport() as { readonly sharedObjects: string[] };
  return sharedObjects.find((file) => name.test(path.basename(file)))!;
}

/** The process of a rank, by what its launcher left in its environment. */
function processOf(rank: number, mark: string): number | undefined {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const text = (name: string) => readFileSync(`/proc/${pid}/${name}`, "utf8").split("\0");
      if (!text("cmdline").some((word) => word.includes(mark))) continue;
      const environment = text("environ");
      if (environment.some((v) => v === `PMI_RANK=${rank}` || v === `OMPI_COMM_WORLD_RANK=${rank}`))
        return Number(pid);
    } catch {
      // It has ended meanwhile, or is another user's.
    }
  }
  return undefined;
}

const cli = fileURLToPath(new URL("../../packages/cli/dist/main.js", import.meta.url));

/** A batch of two lanes at least. */
const images = ["--batch", "64", "--threads", "1"];

/** A table, and 200 images of two classes with their labels. */
function writeInputs(at: string): void {
  const lines = Array.from({ length: 800 }, (_, i) => `${Math.sin(i * i)},${i % 7}`);
  writeFileSync(path.join(at, "table.csv"), `a,b\n${lines.join("\n")}\n`);
  const [count, side] = [200, 8];
  const pixels = Uint8Array.from({ length: count * side * side }, (_, i) => 50 + ((i * 31) % 150));
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 2);
  // idx: two zero bytes, the type (bytes), the number of axes, each axis in four bytes.
  writeFileSync(
    path.join(at, "images.idx"),
    Uint8Array.of(0, 0, 8, 3, 0, 0, 0, count, 0, 0, 0, side, 0, 0, 0, side, ...pixels),
  );
  writeFileSync(path.join(at, "labels.idx"), Uint8Array.of(0, 0, 8, 1, 0, 0, 0, count, ...labels));
}

/** All tensors of a model's file, whatever model it is: a safetensors file, whose header has times beside the shapes. */
function parametersOf(at: string, name: string): Uint8Array {
  const bytes = readFileSync(path.join(at, `${name}.couplet`));
  return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)));
}

describe.skipIf(launchers.length === 0)("MPI (mpirun)", { timeout: 120_000 }, () => {
  it.each(launchers)("%s: two ranks end with the bits of one process", async (launcher) => {
    const alone = await fitAlone({ epochs: 3 });
    // The bits are those of the training, not of what stands before it.
    expect((await fitAlone({ epochs: 2 })).digest).not.toBe(alone.digest);
    const { said, code } = await fitOn(launcher, 2, { epochs: 3 });
    expect(said.map(({ rank, digest }) => ({ rank, digest }))).toEqual(
      [0, 1].map((rank) => ({ rank, digest: alone.digest })),
    );
    expect(code).toBe(0);
  });

  it("so do four, who send 2 n (P - 1) / P of a gradient of n bytes a step", async () => {
    const alone = await fitAlone({ epochs: 3 });
    const { said } = await fitOn(launchers[0]!, 4, { epochs: 3 });
    expect(said.map(({ digest }) => digest)).toEqual(Array(4).fill(alone.digest));
    // 900 of the 1,000 rows are trained on: two batches of 512 an epoch, the second a short one.
    const [steps, ranks] = [3 * 2, 4];
    for (const { bytesSent, parameters } of said) {
      const gradient = (2 * 4 * parameters! * (ranks - 1)) / ranks;
      // And the loss, the drift and the verdict, 24 bytes to each other rank. Slices are of whole numbers.
      const step = gradient + 24 * (ranks - 1);
      expect(Math.abs(bytesSent! / steps - step)).toBeLessThan(4 * ranks);
    }
  });

  it.each([
    ["settings", { seedOfRank: [1, 2] }],
    ["spec", { widthOfRank: [32, 48] }],
    ["data", { shiftOfRank: [0, 1] }],
  ])("ranks with another %s are refused by name", async (name, options) => {
    const { said, code } = await fitOn(launchers[0]!, 2, options);
    expect(code).not.toBe(0);
    const errors = said.map(({ error }) => error ?? "").join("\n");
    // Rank 1 tells why it leaves before it ends, and rank 0 passes it on, so that one of the two is read whichever the launcher ends first.
    expect(errors).toMatch(new RegExp(`rank 1: expected the [a-z ,]*${name}.* of rank 0`));
  });

  it("a library that cannot be loaded is said, with what to do", async () => {
    const { said } = await fitOn(launchers[0]!, 1, {}, { COUPLET_MPI: "/nowhere/libmpi.so" });
    expect(said[0]!.error).toMatch(
      /^mpi: expected an MPI on this machine, got none: \/nowhere\/libmpi\.so: .* COUPLET_MPI/,
    );
  });

  it("names a library that is no MPI, and a broken one", async () => {
    const broken = path.join(folder, "libmpi.so.12");
    writeFileSync(broken, "no library\n");
    const other = loadedLibrary(/libm[.-]/);
    for (const [library, reason] of [
      [other, /MPI_Get_library_version/],
      [broken, /libmpi\.so\.12/],
    ] as const) {
      const { said, code } = await fitOn(launchers[0]!, 1, {}, { COUPLET_MPI: library });
      expect(code).not.toBe(0);
      expect(said[0]!.error).toMatch(
        /^mpi: expected an MPI on this machine, got none: .* COUPLET_MPI/,
      );
      expect(said[0]!.error).toMatch(reason);
    }
  });

  it.each([
    { of: "a table", files: ["table.csv"], flags: ["--batch", "256"] },
    {
      of: "images",
      files: ["images.idx"],
      flags: [...images, "--size", "small", "--samples", "1"],
    },
    { of: "a classifier", files: ["images.idx"], flags: [...images, "--classify", "labels.idx"] },
  ])("the command shares a fit of $of, and one rank prints", async (fit) => {
    const at = mkdtempSync(path.join(folder, "fit-"));
    writeInputs(at);
    const words = ["fit", ...fit.files, ...fit.flags, "--epochs", "1", "--seed", "1"];
    const said = (program: string, args: readonly string[]) => {
      const { stdout, stderr } = spawnSync(program, args, { cwd: at, encoding: "utf8" });
      return `${stdout}${stderr}`;
    };
    const alone = said(process.execPath, [cli, ...words, "--output", "one.couplet"]);
    const two = [process.execPath, cli, ...words, "--output", "two.couplet"];
    const shared = said(launchers[0]!, [...argumentsOf(launchers[0]!, 2), ...two]);
    // What was written is named once, as by one process.
    expect(alone.split("one.couplet").length).toBeGreaterThan(1);
    expect(shared.split("two.couplet")).toHaveLength(alone.split("one.couplet").length);
    expect(parametersOf(at, "two")).toEqual(parametersOf(at, "one"));
    expect(readdirSync(at).filter((name) => name.startsWith("two"))).toEqual(["two.couplet"]);
  });

  // Two MPIs on one machine are rare: setup installs one.
  if (launchers.length > 1) {
    it("a library of another installation than mpirun's is refused", async () => {
      const { said } = await fitOn("mpirun.mpich", 2, {}, { COUPLET_MPI: "libmpi.so.40" });
      const refused = /expected the 2 processes that MPICH's launcher started, got 1/;
      expect(said.map(({ error }) => error)).toEqual(Array(2).fill(expect.stringMatching(refused)));
    });
  }

  it.each(launchers)(
    "%s: when a rank is killed, the others end, and one process goes on from the checkpoint to the same bits",
    async (launcher) => {
      const epochs = 40;
      const checkpoint = path.join(folder, `killed-${launcher}`);
      const { said, code } = await fitOn(launcher, 2, { epochs, checkpoint, killedAtSave: 3 });
      expect(said.filter(({ digest }) => digest !== undefined)).toEqual([]);
      expect(code).not.toBe(0);
      expect(processOf(0, `killed-${launcher}`)).toBeUndefined();
      expect(existsSync(checkpoint)).toBe(true);
      const [alone, resumed] = [
        await fitAlone({ epochs }),
        await fitAlone({ epochs, checkpoint, resume: true }),
      ];
      expect(resumed.digest).toBeDefined();
      expect(resumed.digest).toBe(alone.digest);
    },
  );
});

import { describe, expect, it } from "vitest";
import { threadsOfProcess } from "./threads-of-process.ts";

describe("the threads of a process among others", () => {
  const mpich = { launcher: "mpich", processes: 2, cores: 8, machine: 8 } as const;
  const bound = { launcher: "openmpi", processes: 2, cores: 1, machine: 8 } as const;

  it("are its part of the machine's, or those that its launcher binds it to", () => {
    expect(threadsOfProcess(mpich, undefined)).toEqual({ threads: 4, warning: undefined });
    expect(threadsOfProcess({ ...mpich, cores: 4 }, undefined).threads).toBe(2);
    expect(threadsOfProcess(bound, undefined)).toEqual({ threads: 1, warning: undefined });
    expect(threadsOfProcess({ ...bound, cores: 8 }, undefined).threads).toBe(4);
  });

  it("are warned of where they are more than the hardware's, with what to do", () => {
    expect(threadsOfProcess(mpich, 5).warning).toBe(
      "2 processes of 5 threads on 8 hardware threads: they wait for each other",
    );
    expect(threadsOfProcess({ ...mpich, processes: 9 }, undefined).warning).toMatch(
      /^9 processes of 1 threads on 8 hardware threads/u,
    );
    expect(threadsOfProcess(bound, 2).warning).toMatch(
      /^2 threads of a process on the 1 hardware threads that mpirun binds it to.*--bind-to none/u,
    );
  });
});

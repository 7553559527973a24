/** `couplet systems` as a user runs it, in a folder of its own with problem files. */
import { writeFile } from "node:fs/promises";
import { openWorkplace } from "./spawn-couplet.ts";
import type { Outcome, Workplace } from "./spawn-couplet.ts";

/** A folder with problem files, and the command in it. */
export interface SystemsWorkplace extends Workplace {
  systems(...args: string[]): Promise<Outcome>;
  /** Writes a file: a text as it is, other values as JSON. Returns its name. */
  problem(name: string, value: unknown): Promise<string>;
}

export async function openSystemsWorkplace(): Promise<SystemsWorkplace> {
  const place = await openWorkplace();
  return {
    ...place,
    systems: (...args) => place.couplet("systems", ...args),
    async problem(name, value) {
      await writeFile(place.path(name), typeof value === "string" ? value : JSON.stringify(value));
      return name;
    },
  };
}

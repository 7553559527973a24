/**
 * Runs the code of a guide and prints what it prints, section by section: `npm run guide -- coupling-layers#its-inverse`, or without
 * # the whole page. Pages are named as in docs/.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { sectionOf } from "./sections.ts";
import { openWorkshop, root, runProgram } from "./workshop.ts";

/** Ends the program with what was expected. */
function refuse(words: string): never {
  process.stderr.write(`guide: ${words}\n`);
  process.exit(2);
}

const [asked] = process.argv.slice(2);
const [name = "", anchor] = (asked ?? "").split("#");
const page = path.join(root, "docs", `${name.replace(/^docs\//, "").replace(/\.md$/, "")}.md`);
if (asked === undefined || !existsSync(page))
  refuse(`expected a page of docs/, as coupling-layers#its-inverse, got ${asked ?? "none"}`);
const found = sectionOf(readFileSync(page, "utf8"), anchor);
if (typeof found === "string") refuse(found);
const workshop = openWorkshop("shown");
for (const { language, line, code } of found.programs) {
  const source = path.join(workshop, `guide-${line}.${language}`);
  writeFileSync(source, code);
  const lines = (await runProgram(workshop, source)).split("\n");
  const start = found.from === undefined ? 0 : Math.max(0, lines.indexOf(found.from));
  process.stdout.write(`${lines.slice(start).join("\n").trimEnd()}\n`);
}

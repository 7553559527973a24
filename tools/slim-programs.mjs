// Makes the JavaScript that tsc writes smaller for who installs it: no comments (the sources have them, where the maps lead, and types keep
// theirs for editors, where an entry point leads to them) and no indentation; types get a tab where tsc indents by four spaces. Every line
// of a program stays where it is, so that maps hold.
//
//   packages/{couplet,couplet-systems,cli}/dist/**/*.js
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), "../packages");

/** Comments that tools read: pure calls, bundlers' hints, licences, where the map is. */
const isRead = (comment) =>
  /[@#]__|webpack|@vite|@license|@preserve|^\/\*!|^\/\/[#@]/.test(comment);

/** The places of comments, and those of templates, whose spaces are text. */
function placesIn(text, name = "file.js") {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, false);
  const comments = new Map();
  const templates = [];
  const visit = (node) => {
    for (const child of node.getChildren(file)) {
      const from = child.getFullStart();
      for (const ranges of [
        ts.getLeadingCommentRanges(text, from),
        ts.getTrailingCommentRanges(text, from),
      ])
        for (const range of ranges ?? []) comments.set(range.pos, range.end);
      if (
        ts.isTemplateExpression(child) ||
        child.kind === ts.SyntaxKind.NoSubstitutionTemplateLiteral
      )
        templates.push([child.getStart(file), child.getEnd()]);
      if (child.getChildCount(file) > 0) visit(child);
    }
  };
  visit(file);
  return { comments: [...comments].sort(([a], [b]) => a - b), templates };
}

/** Text whose lines begin with their first word, but for lines that begin within a template. */
function withoutIndents(text, isText) {
  return text.replaceAll(/^[ \t]+/gm, (spaces, at) => (isText(at) ? spaces : ""));
}

/** Types with a tab for every four spaces that a line begins with. */
function withTabs(text) {
  return text.replaceAll(/^(?: {4})+/gm, (spaces) => "\t".repeat(spaces.length / 4));
}

/** Types without comments and empty lines: of files that no entry point leads to, which no editor shows. */
export function bareTypes(text) {
  let bare = text;
  for (const [from, to] of placesIn(text, "file.d.ts").comments.toReversed())
    bare = bare.slice(0, from) + bare.slice(to);
  return bare.replaceAll(/^[ \t]*\n/gm, "");
}

/** The files of types, in a package's dist, that its entry points lead to: what its users can see. */
function visibleTypes(home) {
  const { exports = {} } = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8"));
  const named = JSON.stringify(exports).matchAll(/"\.\/(dist\/[^"]+\.d\.ts)"/g);
  const found = new Set([...named].map(([, file]) => path.join(home, file)));
  for (const file of found) {
    if (!existsSync(file)) continue;
    for (const [, to] of readFileSync(file, "utf8").matchAll(
      /(?:from|import\(|import)\s*"(\.[^"]+)"/g,
    ))
      found.add(path.join(path.dirname(file), to.replace(/\.(ts|js)$/, ".d.ts")));
  }
  return found;
}

/**
 * Program text that names no map: the maps of couplet's single files stay at home. What Node loads has its own; a page's bundler reads files
 * that are the sources line for line.
 */
function withoutMap(text, name) {
  return name === "couplet" ? text.replace(/\/\/# sourceMappingURL=\S+\n?$/, "") : text;
}

/** Program text without comments and indents, line for line. */
export function slimProgram(text) {
  if (!/\/[/*]|^[ \t]/m.test(text)) return text;
  const { comments, templates } = placesIn(text);
  // From the last to the first, so that those before stay where they were found.
  let bare = text;
  for (const [from, to] of comments.toReversed()) {
    const comment = text.slice(from, to);
    if (isRead(comment)) continue;
    const lines = comment.replaceAll(/[^\n]+/g, "");
    const after = bare.slice(to);
    // Spaces between a line's program and the comment that ends it go, too; within a line, words stay apart.
    const endsLine = /^[ \t]*(\n|$)/.test(after) || lines !== "";
    const before = endsLine ? bare.slice(0, from).replace(/[ \t]+$/, "") : bare.slice(0, from);
    const between = !endsLine && /^\S/.test(after) && /\S$/.test(before) ? " " : "";
    bare = before + lines + between + after;
  }
  if (templates.length === 0) return withoutIndents(bare, () => false);
  // Places of templates in what is left.
  const left = placesIn(bare).templates;
  return withoutIndents(bare, (at) => left.some(([from, to]) => from < at && at < to));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of ["couplet", "couplet-systems", "cli"]) {
    const dist = path.join(packages, name, "dist");
    if (!existsSync(dist)) continue;
    const visible = visibleTypes(path.join(packages, name));
    for (const file of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
      const isTypes = file.endsWith(".d.ts");
      if (!(isTypes || file.endsWith(".js")) || file.startsWith("node-chunks")) continue;
      const at = path.join(dist, file);
      const text = readFileSync(at, "utf8");
      const types = (words) => withTabs(visible.has(at) ? words : bareTypes(words));
      const slim = isTypes ? types(text) : withoutMap(slimProgram(text), name);
      if (slim !== text) writeFileSync(at, slim);
    }
  }
}

// Gathers what the site shows into `.stage/`, as VitePress wants it: one folder with every page in it.
//
// The pages are those of `docs/`, whose code `npm test` runs, the project's own (features, changelog, ...), and the few of
// `pages/`, which exist on the site alone. Links between them are kept; a link to another file of the repository becomes
// its name; a link that leads nowhere ends the build.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { galleryPage } from "./gallery.mjs";
import { helpPage } from "./help-page.mjs";
import { entriesPage } from "./entries-page.mjs";
import { sidebar } from "./.vitepress/sidebar.mjs";

export const here = path.dirname(fileURLToPath(import.meta.url));
export const root = path.join(here, "..");
export const stage = path.join(here, ".stage");

/** Files of the repository that are pages of the site under another name. */
const renamed = new Map([
  ["docs/README.md", "guides.md"],
  ["FEATURES.md", "project/features.md"],
  ["CHANGELOG.md", "project/changelog.md"],
  ["ARCHITECTURE.md", "project/architecture.md"],
  ["CONTRIBUTING.md", "project/contributing.md"],
  ["bench/README.md", "project/benchmark.md"],
  ["examples/data/README.md", "project/example-data.md"],
]);

const inRepository = (file) => path.relative(root, file).split(path.sep).join("/");

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** Where a file of the repository stands on the site; undefined: nowhere. */
function placeOf(file) {
  const other = renamed.get(file);
  if (other) return other;
  if (file.startsWith("docs/") && !file.startsWith("docs/api/")) return file.slice("docs/".length);
  return undefined;
}

/** A page's Markdown with its links led to where their targets stand on the site. */
function withLinks(text, source, place) {
  let inCode = false;
  return text
    .split("\n")
    .map((line) => {
      if (/^\s*(```|~~~)/.test(line)) inCode = !inCode;
      if (inCode || /^ {4}/.test(line)) return line;
      return line.replaceAll(
        /(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g,
        (whole, bang, words, target) => {
          if (/^([a-z]+:|#|\/)/.test(target)) return whole;
          const [name, anchor] = target.split("#");
          const file = path.posix.normalize(path.posix.join(path.posix.dirname(source), name));
          const at = path.join(root, file);
          if (!existsSync(at)) throw new Error(`${source}: the link to ${target} leads nowhere`);
          if (file.startsWith("docs/api")) return `${bang}[${words}](/api/)`;
          const index = statSync(at).isDirectory() ? `${file.replace(/\/$/, "")}/README.md` : file;
          const on = existsSync(path.join(root, index)) ? placeOf(index) : undefined;
          if (!on) return words.includes("`") ? words : `${words} (\`${file}\`)`;
          let link = path.posix.relative(path.posix.dirname(place), on);
          if (!link.startsWith(".")) link = `./${link}`;
          return `${bang}[${words}](${link}${anchor ? `#${anchor}` : ""})`;
        },
      );
    })
    .join("\n");
}

/** Text as Vue may have it: what is not code and looks like a tag, or like an expression of Vue's, is text. */
function asText(markdown) {
  return markdown.replaceAll(
    /(^(?:```|~~~)[\s\S]*?^(?:```|~~~)|^ {4}.*$|(`+)[^`][\s\S]*?\2)|<(?=[A-Za-z/])|\{\{/gm,
    (found, code) => code ?? (found === "<" ? "&lt;" : "{<!-- -->{"),
  );
}

function put(place, text) {
  const file = path.join(stage, place);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Pages that the top of the site leads to; all others of `docs/` stand in the sidebar. */
const onTop = new Set(["guides.md", "errors.md"]);

/** Fills `.stage/`; gives the number of its pages. */
export async function fillStage() {
  rmSync(stage, { recursive: true, force: true });
  let pages = 0;
  const sources = [
    ...filesBelow(path.join(root, "docs")).map(inRepository),
    ...[...renamed.keys()].filter((file) => !file.startsWith("docs/")),
  ];
  for (const source of sources) {
    const place = placeOf(source);
    if (!place) continue;
    if (source.endsWith(".md")) {
      put(place, asText(withLinks(readFileSync(path.join(root, source), "utf8"), source, place)));
      pages++;
    } else {
      mkdirSync(path.dirname(path.join(stage, place)), { recursive: true });
      cpSync(path.join(root, source), path.join(stage, place));
    }
  }
  const listed = new Set(
    sidebar.flatMap(({ items }) => items.map(({ link }) => `${link.slice(1)}.md`)),
  );
  const unlisted = sources
    .map(placeOf)
    .filter((place) => place?.endsWith(".md") && !place.startsWith("project/"))
    .filter((place) => !listed.has(place) && !onTop.has(place));
  if (unlisted.length > 0)
    throw new Error(
      `site/.vitepress/sidebar.mjs: expected every page of docs/, lacks ${unlisted.join(", ")}`,
    );
  cpSync(path.join(here, "pages"), stage, { recursive: true });
  put("gallery.md", galleryPage(root));
  put("reference/help.md", helpPage(root));
  put("reference/index.md", entriesPage(root));
  // One set of colours for the site, the reports and the pages of the command.
  const palette = path.join(root, "packages/couplet/dist/report/page/palette.js");
  const { paletteStyle } = await import(pathToFileURL(palette).href);
  writeFileSync(path.join(here, ".vitepress/theme/palette.css"), `:root{${paletteStyle()}}\n`);
  return (
    pages + 3 + filesBelow(path.join(here, "pages")).filter((file) => file.endsWith(".md")).length
  );
}

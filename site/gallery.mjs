// The gallery: each picture of the guides with the page that explains it and the command that draws it.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";

const pictures = /!\[([^\]]+)\]\(([^)\s]+\.(?:png|svg))\)/g;

/** The page's title without Markdown. */
const titleOf = (text) => /^# (.+)$/m.exec(text)?.[1].replaceAll("`", "") ?? "";

const commands =
  /npm run example -- [\w/-]+|node bench\/[\w.-]+\.mjs|couplet report [^`\n#]+|couplet sample \S+\.couplet [^`\n#]+\.png[^`\n#]*|npx couplet studio/g;

/** The command of the page that stands nearest to a place in it, within 1,500 letters. */
function commandNear(text, at) {
  const distance = (match) => Math.abs(match.index - at);
  const [nearest] = [...text.matchAll(commands)].sort((a, b) => distance(a) - distance(b));
  return nearest && distance(nearest) < 1500 ? nearest[0].trim() : undefined;
}

/** @throws Error for a picture that is not there, or without a command near it that draws it */
export function galleryPage(root) {
  const docs = path.join(root, "docs");
  const pages = readdirSync(docs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !path.relative(docs, file).startsWith("api"))
    .sort();
  const seen = new Set();
  const cards = [];
  for (const page of pages) {
    let isFirst = true;
    const text = readFileSync(page, "utf8");
    const link = `./${path.relative(docs, page).split(path.sep).join("/")}`;
    for (const match of text.matchAll(pictures)) {
      const file = path.join(path.dirname(page), match[2]);
      if (seen.has(file)) continue;
      if (!existsSync(file)) throw new Error(`${link}: no picture ${match[2]}`);
      seen.add(file);
      const picture = `./${path.relative(docs, file).split(path.sep).join("/")}`;
      const command = commandNear(text, match.index);
      if (command === undefined)
        throw new Error(`${link}: expected the command that draws ${match[2]} near it`);
      cards.push(
        (isFirst ? `## ${titleOf(text)}\n\n` : "") +
          `[![${match[1]}](${picture})](${link})\n\n${match[1].replace(/\.$/, "")}. [The guide](${link}).\n` +
          `\n\`\`\`sh\n${command}\n\`\`\`\n`,
      );
      isFirst = false;
    }
  }
  return [
    "# Gallery\n",
    "Every picture of the guides, where it comes from, and the command that draws it.\n",
    ...cards,
  ].join("\n");
}

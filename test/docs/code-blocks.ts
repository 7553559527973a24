/**
 * The code of a guide. All \`\`\`ts blocks of one Markdown file make one program, in their order, so
 * a guide may go on where it left off. After the language a block may say
 *
 *   ts no-run        shown only: part of no program
 *   ts fresh         begins a new program
 *   sh run           a program of its own, run by bash with the `couplet` command on its path
 *   text output      not code: every line of it has to be among the lines that the program prints
 */
export interface GuideProgram {
  readonly language: "ts" | "sh";
  /** Line of the first block, 1-based. */
  readonly line: number;
  /** The blocks, each preceded by as many empty lines as keep the line numbers of the guide. */
  readonly code: string;
  readonly expectedOutput: readonly string[];
}

interface Block {
  readonly line: number;
  readonly words: readonly string[];
  readonly lines: readonly string[];
}

/** The programs in the text of one Markdown file. */
export function programsIn(markdown: string): readonly GuideProgram[] {
  const programs: {
    language: "ts" | "sh";
    line: number;
    lines: string[];
    expectedOutput: string[];
  }[] = [];
  for (const block of blocksIn(markdown)) {
    const [language, ...flags] = block.words;
    if (language === "ts" && !flags.includes("no-run")) {
      let program = programs.findLast((earlier) => earlier.language === "ts");
      if (program === undefined || flags.includes("fresh")) {
        program = { language, line: block.line, lines: [], expectedOutput: [] };
        programs.push(program);
      }
      while (program.lines.length < block.line) program.lines.push("");
      program.lines.push(...block.lines);
    } else if (language === "sh" && flags.includes("run")) {
      programs.push({ language, line: block.line, lines: [...block.lines], expectedOutput: [] });
    } else if (language === "text" && flags.includes("output")) {
      const program = programs.at(-1);
      if (program === undefined) throw new Error(`line ${block.line}: output before any code`);
      program.expectedOutput.push(...block.lines.filter((line) => line.trim() !== ""));
    }
  }
  return programs.map(({ language, line, lines, expectedOutput }) => ({
    language,
    line,
    code: `${lines.join("\n")}\n`,
    expectedOutput,
  }));
}

/** A heading of a Markdown file. */
export interface Heading {
  /** Number of its # signs. */
  readonly level: number;
  readonly title: string;
  /** What a link to it has behind the # sign, as GitHub makes it. */
  readonly anchor: string;
  /** 1-based. */
  readonly line: number;
}

/** The headings of a Markdown file: lines of # signs and words outside its code blocks. */
export function headingsIn(markdown: string): readonly Heading[] {
  const code = blocksIn(markdown).map(
    ({ line, lines }) => [line, line + lines.length + 1] as const,
  );
  return markdown.split("\n").flatMap((text, index) => {
    const line = index + 1;
    const [, signs, title] = /^(#{1,6}) +(.+?) *$/.exec(text) ?? [];
    if (signs === undefined || title === undefined) return [];
    if (code.some(([first, last]) => line >= first && line <= last)) return [];
    const anchor = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    return [{ level: signs.length, title, anchor, line }];
  });
}

function blocksIn(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { line: number; words: string[]; lines: string[]; fence: string } | undefined;
  markdown.split("\n").forEach((text, index) => {
    const fence = /^(`{3,})(.*)$/.exec(text);
    if (open === undefined) {
      if (fence === null) return;
      const words = fence[2]!
        .trim()
        .split(/\s+/)
        .filter((word) => word !== "");
      open = { line: index + 1, words, lines: [], fence: fence[1]! };
    } else if (fence !== null && fence[1] === open.fence && fence[2]!.trim() === "") {
      blocks.push(open);
      open = undefined;
    } else {
      open.lines.push(text);
    }
  });
  if (open !== undefined) throw new Error(`line ${open.line}: code block without an end`);
  return blocks;
}

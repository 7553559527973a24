/** What the options of a reader are called where it is called: in this library, or on a command line. */

/** How hints name the options that mend an error. */
export interface OptionWords {
  readonly format: string;
  readonly header: string;
  readonly noHeader: string;
  /** The option with the name of an encoding. */
  readonly encoding: (name: string) => string;
  readonly skipBadRows: string;
}

/** The options of `readTable`. */
export const LIBRARY_WORDS: OptionWords = {
  format: "the option `format`",
  header: "`header: true`",
  noHeader: "`header: false`",
  encoding: (name) => `\`encoding: "${name}"\``,
  skipBadRows: "`skipBadRows: true`",
};

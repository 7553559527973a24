/**
 * The records of delimited text (RFC 4180), strictly: quotes around whole cells, doubled (or escaped) inside, spaces around them left out.
 * The same rules as DuckDB's strict reader, so that a page and the command read the same cells.
 */

/** How the text is cut. */
export interface DelimitedRules {
  readonly delimiter: string;
  /** What takes away the meaning of a quote (or of itself) within quotes: a quote, or another character. */
  readonly escape: string;
  /** Records end with "\r" alone, as they did on old machines. */
  readonly carriageReturns: boolean;
}

/** Why a record cannot be read. */
export type RecordFault = "open-quote" | "quote" | "line-end";

/** One record. */
export interface DelimitedRecord {
  /** Its cells; `""` for an empty one. */
  readonly cells: string[];
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** Where its text begins and ends. */
  readonly from: number;
  readonly to: number;
  readonly fault?: RecordFault;
}

const [QUOTE, SPACE, LF, CR] = [34, 32, 10, 13];

/**
 * Cuts text into records, one after the other. Text may come in pieces: a record that is not all there stays for later.
 */
export class RecordCutter {
  readonly #delimiter: number;
  readonly #escape: number;
  readonly #carriageReturns: boolean;
  #text = "";
  #at = 0;
  #line = 1;
  #isWhole = false;

  constructor({ delimiter, escape, carriageReturns }: DelimitedRules) {
    this.#delimiter = delimiter.charCodeAt(0);
    this.#escape = escape.charCodeAt(0);
    this.#carriageReturns = carriageReturns;
  }

  /** Characters that are waiting for the rest of their record. */
  get waiting(): number {
    return this.#text.length - this.#at;
  }

  /** @param isLast whether this is the end of the text */
  add(text: string, isLast: boolean): void {
    this.#text = this.#at === this.#text.length ? text : this.#text.slice(this.#at) + text;
    this.#at = 0;
    this.#isWhole = isLast;
  }

  /** The text of a record that was just given. */
  textOf({ from, to }: DelimitedRecord): string {
    return this.#text.slice(from, to);
  }

  /** The next record; undefined where it is not all there, or at the end. A faulty one ends where the next line begins. */
  next(): DelimitedRecord | undefined {
    const text = this.#text;
    const { length } = text;
    const from = this.#at;
    if (from === length) return undefined;
    const cells: string[] = [];
    const line = this.#line;
    let at = from;
    let lines = 0;
    for (;;) {
      let start = at;
      while (text.charCodeAt(start) === SPACE) start++;
      let cell: string;
      if (text.charCodeAt(start) === QUOTE) {
        const end = this.#closingQuote(start + 1);
        if (end < 0) {
          if (!this.#isWhole) return undefined;
          return this.#faulty({ cells, line, from, to: length }, "open-quote");
        }
        cell = this.#unescaped(text.slice(start + 1, end));
        for (let i = cell.indexOf("\n"); i >= 0; i = cell.indexOf("\n", i + 1)) lines++;
        at = end + 1;
        while (text.charCodeAt(at) === SPACE) at++;
        const after = text.charCodeAt(at);
        const isEnd = after === this.#delimiter || after === LF || after === CR;
        if (at < length && !isEnd) return this.#faulty({ cells, line, from, to: at }, "quote");
      } else {
        const begin = at;
        for (; at < length; at++) {
          const c = text.charCodeAt(at);
          if (c === this.#delimiter || c === LF || c === CR) break;
        }
        cell = text.slice(begin, at);
      }
      if (at === length) {
        if (!this.#isWhole) return undefined;
        cells.push(cell);
        return this.#ended({ cells, line, from, to: at }, at, lines);
      }
      const c = text.charCodeAt(at);
      cells.push(cell);
      if (c === this.#delimiter) {
        at++;
        // A delimiter at the very end stands before an empty cell.
        if (at < length) continue;
        if (!this.#isWhole) return undefined;
        cells.push("");
        return this.#ended({ cells, line, from, to: at }, at, lines);
      }
      if (c === LF) return this.#ended({ cells, line, from, to: at }, at + 1, lines + 1);
      if (this.#carriageReturns)
        return this.#ended({ cells, line, from, to: at }, at + 1, lines + 1);
      if (at + 1 === length && !this.#isWhole) return undefined;
      if (text.charCodeAt(at + 1) === LF)
        return this.#ended({ cells, line, from, to: at }, at + 2, lines + 1);
      if (at + 1 === length) return this.#ended({ cells, line, from, to: at }, at + 1, lines + 1);
      return this.#faulty({ cells, line, from, to: at }, "line-end");
    }
  }

  #ended(record: DelimitedRecord, next: number, lines: number): DelimitedRecord {
    this.#at = next;
    this.#line += lines;
    return record;
  }

  #faulty(record: DelimitedRecord, fault: RecordFault): DelimitedRecord {
    const end = this.#text.indexOf(this.#carriageReturns ? "\r" : "\n", record.from);
    const to = end < 0 ? this.#text.length : end;
    return this.#ended({ ...record, to, fault }, end < 0 ? to : end + 1, 1);
  }

  /** The quote that ends a cell; -1 where it is not there. A quote at the end of what has come may be the first of two. */
  #closingQuote(from: number): number {
    const text = this.#text;
    let at = from;
    if (this.#escape === QUOTE) {
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0) return -1;
        if (text.charCodeAt(quote + 1) !== QUOTE)
          return quote + 1 === text.length && !this.#isWhole ? -1 : quote;
        at = quote + 2;
      }
    }
    for (; at < text.length; at++) {
      const c = text.charCodeAt(at);
      if (c === this.#escape) at++;
      else if (c === QUOTE) return at;
    }
    return -1;
  }

  #unescaped(text: string): string {
    if (this.#escape === QUOTE) return text.includes('"') ? text.replaceAll('""', '"') : text;
    const escape = String.fromCharCode(this.#escape);
    if (!text.includes(escape)) return text;
    let plain = "";
    for (let i = 0; i < text.length; i++) {
      if (text[i] === escape && i + 1 < text.length) i++;
      plain += text[i]!;
    }
    return plain;
  }
}

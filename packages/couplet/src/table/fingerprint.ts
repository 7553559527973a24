import { type InPieces, atOnce } from "../threads/yield-to-event-loop.ts";
import { textCells, type Table } from "./table.ts";

/**
 * A 64-bit fingerprint of a table's names, cells and order, as 16 hexadecimal digits: tells the table
 * that a model was fitted on from any other one. Cells count as text, so that 39 and "39" are alike.
 *
 * Two 32-bit FNV-1a hashes with different bases: equal for different tables by accident only.
 *
 * @see http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function tableFingerprint(source: Table): string {
  return atOnce(fingerprintInPieces(source));
}

/** Cells between two yields: a few milliseconds. */
const PIECE = 4096;

/** {@link tableFingerprint} in pieces. */
export function* fingerprintInPieces(source: Table): InPieces<string> {
  let a = 0x811c9dc5;
  let b = 0x050c5d1f;
  const add = (text: string): void => {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, PRIME);
      b = Math.imul(b ^ (unit + 0x9e37), PRIME);
    }
    a = Math.imul(a ^ END_OF_CELL, PRIME);
    b = Math.imul(b ^ END_OF_CELL, PRIME);
  };
  for (const column of source.columns) {
    add(column.name);
    let row = 0;
    for (const cell of textCells(column)) {
      if (row++ % PIECE === PIECE - 1) yield;
      add(cell ?? MISSING);
    }
  }
  return [a, b].map((part) => (part >>> 0).toString(16).padStart(8, "0")).join("");
}

const PRIME = 0x01000193;
/** Beyond every UTF-16 code unit, so that "ab", "c" and "a", "bc" differ. */
const END_OF_CELL = 0x10001;
/** A missing cell; text that looks like it is unlikely enough. */
const MISSING = "\u0000missing";

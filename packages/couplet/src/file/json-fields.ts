/** Reads the fields of a JSON object out of a file, each checked. */
import type { CoupletError } from "../error.ts";
import { invalidFile } from "./invalid-file.ts";

/** A check of a number, in words for the error. */
interface NumberCheck {
  readonly expected: string;
  readonly holds: (value: number) => boolean;
}

const FINITE: NumberCheck = { expected: "a finite number", holds: Number.isFinite };
const POSITIVE: NumberCheck = {
  expected: "a positive number",
  holds: (value) => Number.isFinite(value) && value > 0,
};
const COUNT: NumberCheck = {
  expected: "an integer of 0 or more",
  holds: (value) => Number.isSafeInteger(value) && value >= 0,
};

/**
 * A JSON object whose fields are read by name and kind. Every method throws FILE_INVALID, with the path of the field, for a value of
 * another kind; `where` is the path of the object.
 */
export class JsonFields {
  readonly where: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @throws CoupletError FILE_INVALID for a value that is not a JSON object */
  constructor(value: unknown, where: string) {
    this.where = where;
    if (!isObject(value)) throw wrong(where, "a JSON object", value);
    this.#fields = value;
  }

  /** The names of the fields. */
  names(): string[] {
    return Object.keys(this.#fields);
  }

  /** The value of a field, unchecked; undefined where it is absent. */
  value(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  object(name: string): JsonFields {
    return new JsonFields(this.value(name), this.#path(name));
  }

  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string") throw this.wrong(name, "text");
    return value;
  }

  number(name: string): number {
    return this.#number(name, FINITE);
  }

  positive(name: string): number {
    return this.#number(name, POSITIVE);
  }

  count(name: string): number {
    return this.#number(name, COUNT);
  }

  /** A number for which JSON may have `null`, as it has for those that are not finite. */
  numberOr(name: string, instead: number): number {
    return this.value(name) === null ? instead : this.number(name);
  }

  list(name: string): readonly unknown[] {
    const value = this.value(name);
    if (!Array.isArray(value)) throw this.wrong(name, "a list");
    return value;
  }

  /** A list of JSON objects. */
  objects(name: string): readonly JsonFields[] {
    return this.list(name).map((item, i) => new JsonFields(item, `${this.#path(name)}[${i}]`));
  }

  numbers(name: string): readonly number[] {
    return this.#numbers(name, FINITE);
  }

  positives(name: string): readonly number[] {
    return this.#numbers(name, POSITIVE);
  }

  counts(name: string): readonly number[] {
    return this.#numbers(name, COUNT);
  }

  /** What to throw about a field. */
  wrong(name: string, expected: string): CoupletError {
    return wrong(this.#path(name), expected, this.value(name));
  }

  #path(name: string): string {
    return `${this.where}.${name}`;
  }

  #number(name: string, check: NumberCheck): number {
    const value = this.value(name);
    if (typeof value !== "number" || !check.holds(value)) throw this.wrong(name, check.expected);
    return value;
  }

  #numbers(name: string, check: NumberCheck): readonly number[] {
    const list = this.list(name);
    const bad = list.findIndex((value) => typeof value !== "number" || !check.holds(value));
    if (bad >= 0) throw wrong(`${this.#path(name)}[${bad}]`, check.expected, list[bad]);
    return list as readonly number[];
  }
}

function wrong(where: string, expected: string, value: unknown): CoupletError {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return invalidFile(where, expected, text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text that is HTML already: the only kind of text that {@link html} does not escape. */
export interface Html {
  readonly html: string;
}

/** What {@link html} takes between its pieces; `false`, `null` and `undefined` leave nothing. */
export type HtmlValue = Html | string | number | boolean | null | undefined | readonly HtmlValue[];

/**
 * A template of HTML: everything put into it is escaped, unless it is {@link Html} itself, so that a
 * column called `<script>` is a column called `<script>`.
 *
 *   html`<td>${name}</td>`
 */
export function html(pieces: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let out = pieces[0]!;
  values.forEach((value, i) => (out += textOf(value) + pieces[i + 1]!));
  return { html: out };
}

/** Text as it may stand in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => entities[letter]!);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function textOf(value: HtmlValue): string {
  if (value === null || value === undefined || typeof value === "boolean") return "";
  if (typeof value === "string") return escapeHtml(value);
  if (typeof value === "number") return String(value);
  if ("html" in value) return value.html;
  return value.map(textOf).join("");
}

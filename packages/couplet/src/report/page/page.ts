import { checkOptions } from "../../options.ts";
import { type Environment, environmentFacts } from "./environment.ts";
import { html, type Html, type HtmlValue } from "./html.ts";
import { hoverDigest, hoverScript } from "./hover.ts";
import { facts } from "./parts.ts";
import { pageStyle } from "./style.ts";

/** A part of a page, with its own heading and a place in the contents. */
export interface PageSection {
  /** Unique in the page: its anchor. */
  readonly id: string;
  readonly title: string;
  readonly content: HtmlValue;
}

/** Options of {@link renderPage}. */
export interface PageOptions {
  readonly title: string;
  /** One line below the title. */
  readonly lead?: string;
  /** The exact command, or the call, that made the page. */
  readonly command: string;
  /** The first screen: what a reader who goes no further should know. */
  readonly summary: HtmlValue;
  readonly sections: readonly PageSection[];
  readonly environment: Environment;
  /** More lines for the section on the environment. */
  readonly environmentMore?: readonly (readonly [name: string, value: string])[];
}

/** No script but the one below runs, nothing is loaded, nothing is sent: a browser holds the page to it. */
const POLICY = `default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src '${hoverDigest}'`;

/**
 * A whole page as one file of HTML: it opens without a network, prints, and comes in light and dark.
 *
 * @returns the text of the file
 */
export function renderPage(options: PageOptions): string {
  checkOptions("renderPage", options, {
    title: "",
    lead: "",
    command: "",
    summary: true,
    sections: true,
    environment: true,
    environmentMore: true,
  });
  const { title, lead, command, summary, environment, environmentMore = [] } = options;
  const sections: readonly PageSection[] = [
    ...options.sections,
    {
      id: "environment",
      title: "Environment",
      content: facts([
        ...environmentFacts(environment),
        ...environmentMore,
        ["Command", html`<code>${command}</code>`],
      ]),
    },
  ];
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="couplet ${environment.couplet}" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        <style>
          ${{ html: pageStyle() }}
        </style>
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          ${themeChoice}
        </header>
        ${lead !== undefined && html`<p class="lead">${lead}</p>`}
        <main>
          <section id="summary">
            ${summary}
            <pre class="command" aria-label="the command that made this page">${command}</pre>
            <nav aria-label="contents">
              <h2>Contents</h2>
              <ol>
                ${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}
              </ol>
            </nav>
          </section>
          ${sections.map(
            ({ id, title: name, content }) =>
              html`<section id="${id}">
                <h2>${name}</h2>
                ${content}
              </section> `,
          )}
        </main>
        <footer>
          Made by couplet ${environment.couplet} on ${environment.time}. This file holds all it
          shows and loads nothing.
        </footer>
        ${{ html: `<script>${hoverScript}</script>` }}
      </body>
    </html> `.html;
}

const themeChoice: Html = html`<fieldset class="theme">
  <legend>Theme</legend>
  ${(["system", "light", "dark"] as const).map(
    (name) =>
      html`<label
        ><input
          type="radio"
          name="theme"
          id="theme-${name}"
          ${name === "system" && { html: " checked" }}
        />${name}</label
      >`,
  )}
</fieldset>`;

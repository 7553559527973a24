/** Pages as text: nothing from data becomes markup, downloads hold what they should, numbers read well. */
import { createHash } from "node:crypto";
import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import { openCharts } from "./charts.ts";
import { csvAddress, csvOf } from "./csv.ts";
import { figure, figureGrid } from "./figure.ts";
import { hoverScript } from "./hover.ts";
import { html } from "./html.ts";
import { durationText, numberText, percentText, withError } from "./number-text.ts";
import { renderPage } from "./page.ts";
import { colours, divergingColour, sequentialColour } from "./palette.ts";
import { dataTable } from "./parts.ts";
import { svgFile } from "./svg-file.ts";

describe("html", () => {
  it("escapes everything but its own kind", () => {
    const inner = html`<b>${"<script>alert('1' & \"2\")</script>"}</b>`;
    expect(inner.html).toBe(
      "<b>&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;</b>",
    );
    expect(html`${[inner, 3, null, false, undefined]}`.html).toBe(`${inner.html}3`);
  });
});

describe("csv", () => {
  const awkward = ['a,b "c"\n#%', "<é>\u{1f427}", "\ud800"];

  it("quotes, leaves gaps empty and rounds to six digits", () => {
    expect(csvOf({ "x,y": [1 / 3, 1e6, NaN], text: [awkward[0]!, null, true] })).toBe(
      '"x,y",text\n0.333333,"a,b ""c""\n#%"\n1000000,\n,true\n',
    );
  });

  it("comes back from its address letter by letter", () => {
    const address = csvAddress({ text: awkward });
    expect(address).not.toMatch(/["<>#\s]/);
    const text = decodeURIComponent(address.slice("data:text/csv;charset=utf-8,".length));
    // The lone surrogate has no UTF-8 form; the replacement character stands for it.
    expect(text).toBe(csvOf({ text: awkward }).replace("\ud800", "\ufffd"));
  });
});

describe("numbers", () => {
  it.each([
    [numberText(-1234.567), "−1,235"],
    [numberText(0.012345), "0.012"],
    [numberText(1.23e-5), "1.23e−5"],
    [numberText(-Infinity), "−∞"],
    [numberText(NaN), "–"],
    [withError(-12.34567, 0.0123), "−12.346 ± 0.012"],
    [withError(1234.5, 31), "1,235 ± 31"],
    [withError(2, 0), "2.000"],
    [withError(-0.001, 0.3), "0.00 ± 0.30"],
    [percentText(0.12345), "12.3 %"],
    [durationText(3_725_000), "1 h 2 min"],
    [durationText(950), "950 ms"],
  ])("%s", (got, expected) => expect(got).toBe(expected));
});

describe("colours", () => {
  it("clips, and puts no difference in the middle", () => {
    expect(divergingColour(-9, 1)).toBe("var(--div-0)");
    expect(divergingColour(0, 1)).toBe("var(--div-4)");
    expect(divergingColour(9, 1)).toBe("var(--div-8)");
    expect(sequentialColour(0, 1)).toBe("var(--seq-0)");
    expect(divergingColour(NaN, 1)).toBe(colours.rule);
  });
});

describe("charts", () => {
  it("round coordinates, never what their text says", async () => {
    const { Plot, draw } = await openCharts();
    const { html: svg } = draw(
      { marks: [Plot.text([[1 / 3, 1]], { x: "0", y: "1", text: () => "0.00512" })] },
      "a number",
    );
    expect(svg).toContain(">0.00512<");
    expect(svg.match(/<[^>]*\d\.\d{3}[^>]*>/)).toBeNull();
  });
});

describe("a page", () => {
  it("holds what it is given, loads nothing and runs its own script alone", async () => {
    const charts = await openCharts();
    const drawn = charts.draw(
      { marks: [charts.Plot.dot([[0, 1 / 3]], { x: "0", y: "1", fill: colours.real })] },
      'one "dot"',
    );
    const text = renderPage({
      title: "A & B",
      command: "couplet report 'a b.couplet'",
      summary: dataTable({ columns: [{ name: "n", align: "right" }], rows: [["<i>"]] }),
      sections: [
        {
          id: "first",
          title: "First",
          content: figureGrid([
            figure({
              id: "dot",
              title: "Dot",
              read: "It is there.",
              chart: drawn,
              data: { x: [0] },
            }),
          ]),
        },
      ],
      environment: {
        couplet: "0",
        runtime: "Node",
        system: "linux",
        cores: 1,
        time: "2026-01-01T00:00:00Z",
      },
    });
    const { document } = parseHTML(text);
    expect(document.querySelector("title")!.textContent).toBe("A & B");
    expect(document.querySelector("pre.command")!.textContent).toBe("couplet report 'a b.couplet'");
    expect(document.querySelector("td")!.textContent).toBe("<i>");
    expect([...document.querySelectorAll("nav a")].map((a) => a.getAttribute("href"))).toEqual([
      "#first",
      "#environment",
    ]);
    const svg = document.querySelector("figure#dot svg")!;
    expect(svg.getAttribute("aria-label")).toBe('one "dot"');
    expect(svg.querySelector("circle")!.getAttribute("fill") ?? svg.innerHTML).toContain(
      "--series-1",
    );
    expect(document.querySelector("a.download")!.getAttribute("download")).toBe("dot.csv");
    expect(document.querySelectorAll("[src], link[href^=http]")).toHaveLength(0);
    // One script, and the policy lets run no other.
    const scripts = [...document.querySelectorAll("script")].map((s) => s.textContent!);
    expect(scripts).toEqual([hoverScript]);
    const digest = createHash("sha256").update(hoverScript).digest("base64");
    const policy = document.querySelector("meta[http-equiv]")!.getAttribute("content")!;
    expect(policy).toContain(`script-src 'sha256-${digest}'`);
    expect(policy).not.toContain("script-src 'unsafe");
    expect(text).not.toMatch(/\bon\w+="|@import|url\(/);
  });
});

describe("svgFile", () => {
  const words = "<text>\n  two  words\n</text>";
  const drawing = {
    html: `<circle fill="${colours.real}" stroke="${colours.ink}" />\n${words}`,
  };
  const options = { width: 20, height: 10, alt: 'a "dot"', panels: [{ drawing, x: 3 }] };

  it("has light colours in place, and rules for the dark", () => {
    const file = svgFile(options);
    expect(file).toContain('aria-label="a &quot;dot&quot;"');
    expect(file).toContain('<circle fill="#0069a6" stroke="#1c1f24" />');
    expect(file).toContain('[fill="#0069a6"]{fill:#5ab4ea}');
    expect(file).toContain('[stroke="#1c1f24"]{stroke:#e4e6ea}');
    expect(file).toContain('<g transform="translate(3 0)">');
    expect(file).toContain(">two  words<");
  });

  it("has the colours of one theme alone where a page chooses", () => {
    expect(svgFile({ ...options, theme: "dark" })).toContain('<circle fill="#5ab4ea"');
    expect(svgFile({ ...options, theme: "light" })).not.toContain("prefers-color-scheme");
    expect(() => svgFile({ ...options, them: "dark" } as never)).toThrow(/them/);
  });

  it("takes its style and font from what Plot drew", async () => {
    const { Plot } = await openCharts();
    const { document } = parseHTML("<html><body></body></html>");
    const plot = Plot.plot({ document, marks: [Plot.frame({ stroke: colours.rule })] });
    const file = svgFile({
      ...options,
      panels: [{ drawing: plot as unknown as { outerHTML: string } }],
    });
    expect(file.match(/<style|font-family/g)).toHaveLength(2);
    expect(file).toContain('stroke="#d9dde3"');
  });
});

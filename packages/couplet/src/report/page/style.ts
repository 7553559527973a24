import { paletteStyle } from "./palette.ts";

/** The one font of pages and pictures: the system's. */
export const FONT = `system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif`;

/** One sheet, so that what overrides what is seen in one place. */
const SHEET = `
:root:has(#theme-light:checked){color-scheme:light}
:root:has(#theme-dark:checked){color-scheme:dark}
*{box-sizing:border-box}
html{background:var(--paper);color:var(--ink);font:15px/1.5 ${FONT};-webkit-text-size-adjust:100%}
body{margin:0 auto;max-width:1160px;padding:1.2rem 1.4rem 3rem}
a{color:var(--link)}
header{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;align-items:baseline;justify-content:space-between}
h1{font-size:1.7rem;line-height:1.2;margin:0}
h2{font-size:1.25rem;margin:2.4rem 0 .6rem;padding-bottom:.25rem;border-bottom:1px solid var(--rule)}
h3{font-size:1rem;margin:0 0 .4rem;overflow-wrap:anywhere}
p{margin:.5rem 0;max-width:52rem}
.lead{color:var(--muted);margin:.3rem 0 1rem}
fieldset.theme{border:0;margin:0;padding:0;display:flex;gap:.2rem;font-size:.85rem;color:var(--muted)}
fieldset.theme legend{float:left;padding:0 .4rem 0 0}
fieldset.theme label{padding:.05rem .5rem;border:1px solid var(--rule);border-radius:.7rem;cursor:pointer}
fieldset.theme label:has(:checked){background:var(--band);color:var(--ink)}
fieldset.theme label:has(:focus-visible){outline:2px solid var(--link)}
fieldset.theme input{position:absolute;opacity:0;pointer-events:none}
nav{font-size:.95rem;margin:1.2rem 0 1rem}
nav h2{font-size:1rem;margin:0 0 .3rem;padding:0;border:0}
nav ol{columns:15rem auto;column-gap:2rem;margin:0;padding-left:1.4rem}
nav li{padding:.1rem 0;break-inside:avoid}
.tip{position:fixed;z-index:1;max-width:22rem;padding:.3rem .55rem;border-radius:.3rem;background:var(--ink);color:var(--paper);font-size:.85rem;line-height:1.35;pointer-events:none;overflow-wrap:anywhere}
[data-title]{cursor:default}
code,pre,.value{font-variant-numeric:tabular-nums}
code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.87em}
pre.command{background:var(--card);border:1px solid var(--rule);border-radius:.35rem;padding:.5rem .7rem;margin:.5rem 0;white-space:pre-wrap;overflow-wrap:anywhere;user-select:all}
.verdict{max-width:none;background:var(--card);border:1px solid var(--rule);border-left:6px solid var(--rule);border-radius:.35rem;padding:.7rem 1rem;margin:1rem 0;font-size:1.1rem;overflow-wrap:anywhere}
.verdict.good{border-left-color:var(--series-3)}
.verdict.fair{border-left-color:var(--series-2)}
.verdict.poor{border-left-color:var(--series-4)}
.headlines{display:flex;flex-wrap:wrap;gap:.7rem;margin:1rem 0}
.headline{flex:1 1 12.5rem;background:var(--card);border:1px solid var(--rule);border-radius:.35rem;padding:.6rem .8rem}
.headline .label{font-size:.83rem;color:var(--muted)}
.headline .value{font-size:1.25rem;font-weight:600;white-space:nowrap;font-variant-numeric:tabular-nums}
.headline .note{font-size:.83rem;color:var(--muted)}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;font-size:.9rem}
caption div{max-width:min(52rem,calc(100vw - 2rem))}
caption{text-align:left;color:var(--muted);padding:.2rem 0 .4rem}
th,td{padding:.22rem .8rem .22rem 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
thead th{color:var(--muted);font-weight:600}
td.number,th.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
tr.strong td{font-weight:600}
table.facts th{color:var(--muted);font-weight:400;white-space:nowrap}
.grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,31rem),1fr));gap:1.2rem}
.grid>.wide{grid-column:1/-1}
figure{margin:0;display:flex;flex-direction:column;padding:.8rem .9rem;border:1px solid var(--rule);border-radius:.35rem;min-width:0}
.chart{overflow-x:auto}
.chart svg{display:block;max-width:100%;height:auto;color:var(--ink)}
.chart svg[width="480"]{width:min(100%,36rem)}
svg.plot{font-family:inherit;overflow:visible}
svg.plot text,svg.plot tspan{white-space:pre}
figcaption{font-size:.87rem;color:var(--muted);margin-top:auto;padding-top:.5rem}
figcaption .aside{font-style:italic}
.download{white-space:nowrap}
.legend{display:flex;flex-wrap:wrap;gap:.1rem 1.1rem;font-size:.85rem;margin:.1rem 0 .3rem}
.legend .entry{display:inline-flex;align-items:center;gap:.35rem}
.legend svg.key{display:inline-block;flex:none}
.notice{border-left:4px solid var(--rule);background:var(--card);padding:.45rem .8rem;border-radius:.2rem}
.notice.warning{border-left-color:var(--series-4)}
@media (max-width:34rem){
body{padding:.8rem .7rem 2rem}
h1{font-size:1.4rem}
figure{padding:.6rem .5rem}
svg.plot text,svg.plot tspan{font-size:13px}
.headlines{display:grid;grid-template-columns:1fr 1fr;gap:.5rem}
.headline{padding:.5rem .6rem}
.headline .value{font-size:1.05rem;white-space:normal}
.headline:first-child{grid-column:1/-1}
.headline:first-child .value{white-space:nowrap}
}
footer{margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:.6rem;font-size:.85rem;color:var(--muted)}
@media print{
:root,:root:has(#theme-dark:checked){color-scheme:light}
@page{margin:14mm}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
html{font-size:10.5px}
body{max-width:none;padding:0}
nav,fieldset.theme,.download,.tip{display:none}
.grid{grid-template-columns:repeat(2,minmax(0,1fr));gap:.7rem}
figure,.headline,.notice,tr{break-inside:avoid}
h2,h3{break-after:avoid}
.scroll,.chart{overflow:visible}
}
`;

/**
 * The style of every page. Light and dark are one set of variables, `light-dark()`: the system's
 * choice holds until the reader makes another at the top; paper is always light. No script takes part in that.
 */
export const pageStyle = (): string => `\n:root{color-scheme:light dark;${paletteStyle()}}${SHEET}`;

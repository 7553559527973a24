/** The studio's page begins here. */
import { paletteStyle } from "couplet/report";
import { render } from "preact";
import { App } from "./app.tsx";
import { openGiven } from "./state/given-file.ts";
import { resume } from "./state/resume.ts";
import "./style/base.css";
import "./style/frame.css";
import "./style/tables.css";
import "./style/pictures.css";
import "./style/steps.css";

// The colours of reports, in both themes.
const palette = new CSSStyleSheet();
palette.replaceSync(`:root{${paletteStyle()}}`);
document.adoptedStyleSheets = [palette];

render(<App />, document.getElementById("studio")!);
if (!(await openGiven())) await resume();

/** `couplet-systems`: the domains of coupled systems, each from problem to result, text and page. A domain's own parts have subpaths. */
export { domains } from "../domains.ts";
export { openDomain, systemsPage, systemsText } from "../domain.ts";
export type { Domain, DomainFlags, DomainOption, OpenDomain, SolvedProblem } from "../domain.ts";
export type { FigureSection, SystemsPageOptions } from "../report/page.ts";
export type { SummaryTable, SystemsSummary } from "../report/summary.ts";
export { parseJsonText } from "../problem/json-text.ts";
export { setPath } from "../problem/set-path.ts";
export type { ProblemProgress, ProblemResult, RunOptions } from "../problem/running.ts";
export type { Range } from "../problem/fields.ts";

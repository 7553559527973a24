/**
 * `couplet/study`: which shape of flow suits these rows, at a given number of parameters?
 *
 * `study` trains couplings x hidden layers at equal parameters and compares the cells on rows that none has seen; its journal lets a
 * killed study go on. `studyPage` of `couplet/report` draws the result.
 */
export { study } from "../study/study.ts";
export type { StudyOptions } from "../study/options.ts";
export type { StudyEvent } from "../study/events.ts";
export type { StudyJournal } from "../study/journal.ts";
export type { StudyCell, StudyResult } from "../study/result.ts";
export type { Cell, CellShape } from "../study/cell.ts";
export type { Job, Round } from "../study/job.ts";

/** What is decided of columns by trials on the training rows: loaded at once, when a fit infers its schema. */
export { linearNumbers } from "./linear-numbers.ts";
export { numbersOrCategories } from "./number-or-category.ts";

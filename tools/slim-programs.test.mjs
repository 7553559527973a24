import { expect, it } from "vitest";
import { bareTypes, slimProgram } from "./slim-programs.mjs";

it("takes comments out and leaves every line where it is", () => {
  const text = `/** What it is.
 * And more. */
export function area(a /* width */, b) {
    // Both sides.
    return a * b; // the product
}
`;
  expect(slimProgram(text)).toBe(`

export function area(a , b) {

return a * b;
}
`);
});

it("keeps what only looks like a comment, and the spaces of templates", () => {
  const text = `const url = "https://a//b"; const pattern = /\\/\\*/;
const words = \`
    four spaces // no comment
    \${[1].map((x) => {
        return x;
    })}  
\`;
`;
  expect(slimProgram(text)).toBe(text);
});

it("keeps comments that tools read, and words apart", () => {
  const text = `const a = /* @__PURE__ */ f();\nimport(/* @vite-ignore */ b);\nreturn/* c */d;\n//# sourceMappingURL=a.js.map`;
  expect(slimProgram(text)).toBe(text.replace("/* c */", " "));
});

it("types that no entry point leads to keep their declarations alone", () => {
  const text = `/** Words. */
export interface Place {
\t/** One. */
\treadonly a: "/* no comment */";

\treadonly b: number; // Two.
}
`;
  expect(bareTypes(text)).toBe(`export interface Place {
\treadonly a: "/* no comment */";
\treadonly b: number; 
}
`);
});

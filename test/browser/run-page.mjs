// The Node side of a page test: node run-page.mjs <page script> <input as JSON>
const [script, input] = process.argv.slice(2);
const { run } = await import(new URL(`./page/${script}`, import.meta.url).href);
console.log(JSON.stringify(await run(JSON.parse(input))));

import { outcome } from "./run.js";

const input = JSON.parse(decodeURIComponent(location.search.slice(1)) || "{}");
void outcome(input).then((result) => {
  globalThis.outcome = result;
});

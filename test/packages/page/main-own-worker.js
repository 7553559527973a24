const worker = new Worker(new URL("./own-worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => {
  globalThis.outcome = data;
};
worker.onerror = ({ message }) => {
  globalThis.outcome = { error: message || "the worker did not load" };
};

// onnxruntime-web as a page loads it: runs an exported model on what the test gives, numbers as base64, which JSON can hold whatever they are.
import * as ort from "/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs";

ort.env.wasm.wasmPaths = new URL("/node_modules/onnxruntime-web/dist/", location.href).href;
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

export async function run({ model, feeds }) {
  const session = await ort.InferenceSession.create(bytesOf(model), {
    executionProviders: ["wasm"],
    graphOptimizationLevel: "all",
  });
  const tensors = feeds.map(({ name, type, values, shape }) => [
    name,
    new ort.Tensor(type, numbersOf(type, values), shape),
  ]);
  const results = await session.run(Object.fromEntries(tensors));
  const answer = Object.entries(results).map(([name, { data }]) => [
    name,
    typeof data[0] === "string" ? Array.from(data) : base64Of(Float64Array.from(data)),
  ]);
  await session.release();
  return Object.fromEntries(answer);
}

function numbersOf(type, values) {
  if (type === "string") return values;
  const { buffer } = bytesOf(values);
  return type === "float64" ? new Float64Array(buffer) : new Float32Array(buffer);
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function base64Of(numbers) {
  let text = "";
  for (const byte of new Uint8Array(numbers.buffer)) text += String.fromCharCode(byte);
  return btoa(text);
}

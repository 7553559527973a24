/** The inside of a model: its layers, one by one. */
import { countText } from "couplet/report";
import { model } from "../state/studio.ts";

export function InsideView() {
  const { layers, dims, parameters } = model.value!;
  return (
    <>
      <h1>Inside the model</h1>
      <p class="lead">
        {countText(dims)} variables pass {layers.length} layers with {countText(parameters)}{" "}
        parameters. Each layer can be undone, so every row has an exact density.
      </p>
      <ol class="layers">
        {layers.map(({ text }, i) => (
          <li key={i}>{text}</li>
        ))}
      </ol>
    </>
  );
}

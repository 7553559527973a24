/** How good a model is, in a sentence and a table. */
import { countText, withError } from "couplet/report";
import type { ModelAnswer } from "../worker/answers.ts";

export function Verdict({ model }: { readonly model: ModelAnswer }) {
  const { verdict, heldOut, isPreliminary } = model;
  return (
    <section class={`verdict ${verdict?.grade ?? ""}`} aria-label="Verdict">
      <p>
        <strong>{verdict?.sentence ?? "No simple model was there to compare with"}.</strong>
        {isPreliminary && " The closing report is still to come."}
      </p>
      <div class="scroll" tabIndex={0} role="region" aria-label="Beside simple models">
        <table class="numbers">
          <caption>
            Mean log density of {countText(heldOut.rows)} held-out rows, nats a row; higher is
            better
          </caption>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col" class="number">
                Nats a row
              </th>
              <th scope="col" class="number">
                Behind this model by
              </th>
            </tr>
          </thead>
          <tbody>
            <tr class="strong">
              <th scope="row">this model</th>
              <td class="number">{withError(heldOut.flow.nats, heldOut.flow.standardError)}</td>
              <td class="number" />
            </tr>
            {heldOut.baselines.map(({ name, nats, standardError, advantage, advantageError }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">{withError(nats, standardError)}</td>
                <td class="number">{withError(advantage, advantageError)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

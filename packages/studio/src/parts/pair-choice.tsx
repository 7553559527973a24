/** Which two columns a picture shows. */
import { choosePair } from "../state/actions.ts";
import { pair } from "../state/studio.ts";

export function PairChoice({ names }: { readonly names: readonly string[] }) {
  const chosen = pair.value;
  if (chosen === undefined) return null;
  const select = (place: 0 | 1, label: string) => (
    <label>
      <span>{label}</span>
      <select
        value={chosen[place]}
        onChange={(event) => {
          const name = event.currentTarget.value;
          void choosePair(place === 0 ? [name, chosen[1]] : [chosen[0], name]);
        }}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div class="choice">
      {select(0, "Across")}
      {select(1, "Up")}
      <button type="button" class="quiet" onClick={() => void choosePair([chosen[1], chosen[0]])}>
        Swap
      </button>
    </div>
  );
}

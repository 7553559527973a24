/** Before anything is open. */
import { openFile } from "../state/actions.ts";
import { during } from "../state/shown.ts";
import { FileButton } from "../parts/file-drop.tsx";
import { twoMoons } from "../state/two-moons.ts";

export function StartView() {
  return (
    <div class="start">
      <h1>Which rows of your table are odd, and why?</h1>
      <p class="lead">
        Couplet learns the distribution of a table: how likely each row is, which cells make it
        unlikely, what the rest of a row looks like once some of it is known. It happens in this
        page: no file leaves the machine.
      </p>
      <div class="drop">
        <p>Drop a table or a model here</p>
        <FileButton isMain onFile={(file) => void openFile(file.name, file)}>
          Choose a file
        </FileButton>
        <p class="hint">
          CSV, TSV, JSON lines, Parquet, Arrow, packed by gzip or not; <code>.couplet</code> for
          models.
        </p>
      </div>
      <h2>Or begin with an example</h2>
      <ul class="examples">
        <li>
          <button type="button" onClick={() => void openDiamonds()}>
            <strong>Diamonds</strong>
            <span>5,394 stones, 10 columns: carat, cut, price, and a few slips of the pen</span>
          </button>
        </li>
        <li>
          <button type="button" onClick={() => void openFile("two-moons.csv", twoMoons(6000, 1))}>
            <strong>Two moons</strong>
            <span>2 columns of numbers: the plane folds layer by layer</span>
          </button>
        </li>
      </ul>
    </div>
  );
}

async function openDiamonds(): Promise<void> {
  const blob = await during("Reading diamonds.csv", async () => {
    const response = await fetch("./diamonds.csv");
    if (!response.ok) throw new Error("diamonds.csv does not lie beside this page.");
    return response.blob();
  });
  if (blob !== undefined) await openFile("diamonds.csv", blob);
}

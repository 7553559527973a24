/** The file that `couplet studio FILE` was given: its address is in the page's own. */
import { openFile } from "./actions.ts";
import { givenToken } from "./keeping.ts";
import { during } from "./shown.ts";
import { isKeptOf } from "./stored.ts";

/** Opens the file that the command serves; false where the page was opened without one, and where a reload finds the work of it. */
export async function openGiven(): Promise<boolean> {
  const token = givenToken();
  const name = new URLSearchParams(location.hash.slice(1)).get("name");
  if (token === undefined || name === null || (await isKeptOf(token))) return false;
  const blob = await during(`Reading ${name}`, async () => {
    const response = await fetch(`./given/${encodeURIComponent(token)}`);
    if (!response.ok)
      throw new Error(
        `${name}: the command that served it has ended. Start couplet studio again, or open the file here.`,
      );
    return response.blob();
  });
  if (blob === undefined) return false;
  await openFile(name, blob);
  return true;
}

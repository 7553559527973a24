/** The file that `couplet studio FILE` was given: its address is in the page's own. */
import { during, openFile } from "./actions.ts";

/** Opens the file that the command serves; false where the page was opened without one. */
export async function openGiven(): Promise<boolean> {
  const given = new URLSearchParams(location.hash.slice(1));
  const [token, name] = [given.get("given"), given.get("name")];
  if (token === null || name === null) return false;
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

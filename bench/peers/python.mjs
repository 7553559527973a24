/** The Python of the peers, which `bench/setup` makes. */
import { fileURLToPath } from "node:url";

export const python = fileURLToPath(new URL("../.venv/bin/python", import.meta.url));

/** Every law on every case of the registry. A law that does not apply to an op makes no test. */
import { describe, it } from "vitest";
import { registry } from "./registry.ts";
import { laws } from "./suite/laws.ts";

for (const test of registry) {
  describe(test.name, () => {
    for (const [name, law, applies] of laws) if (applies(test)) it(name, () => law(test));
  });
}

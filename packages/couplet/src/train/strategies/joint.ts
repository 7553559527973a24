/** The usual training: each step updates all parameters. */
import type { Strategy } from "../strategy.ts";

/** Updates all parameters in each step. */
export const joint: Strategy = {
  name: "joint",
  settings: {},
  begin: (driver) => ({ advance: (place) => driver.run(place), snapshot: () => ({}) }),
};

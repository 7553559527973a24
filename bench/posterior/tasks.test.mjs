/** That the exact posteriors are those of the simulators. */
import { expect, it } from "vitest";
import { stream } from "../density/random.mjs";
import { tasks } from "./tasks.mjs";

it.each(Object.entries(tasks))(
  "%s: a parameter and a draw of its observation's posterior have one law",
  (_name, task) => {
    const random = stream(3);
    const rows = 4000;
    let [sum, square, product] = [0, 0, 0];
    const statistic = (theta) => theta[0] * theta[1] + theta[0] ** 2;
    for (let r = 0; r < rows; r++) {
      const theta = task.prior(random);
      const x = task.simulate(theta, random);
      const other = task.posterior(x, random);
      // (theta, x) and (other, x) are exchangeable: the difference has mean 0, also times what x says.
      const difference = statistic(theta) - statistic(other);
      sum += difference;
      square += difference ** 2;
      product += difference * Math.sign(x[0] + x[1]);
      if (task === tasks.twoMoons) {
        // Both explain x by the noise: a radius near 0.1.
        const p = x[0] + Math.abs(other[0] + other[1]) / Math.SQRT2 - 0.25;
        const q = x[1] - (other[1] - other[0]) / Math.SQRT2;
        expect(Math.abs(Math.hypot(p, q) - 0.1)).toBeLessThan(0.06);
      }
    }
    const error = Math.sqrt(square) / rows;
    expect(Math.abs(sum / rows)).toBeLessThan(5 * error);
    expect(Math.abs(product / rows)).toBeLessThan(5 * error);
  },
);

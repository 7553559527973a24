import { expOf, logSumExp } from "../../device/cpu/kernel/scalar";

/**
 * With the target t_k = (1 - smoothing) [k nearest y] + smoothing / n: loss = log sum exp(o) - sum_k t_k o_k, and residual = t - softmax(o).
 * Scratch: n doubles.
 */
export function crossEntropy(
  logits: usize,
  labels: usize,
  loss: usize,
  residual: usize,
  rows: i32,
  n: i32,
  smoothing: f64,
  scratch: usize,
): void {
  for (let r = 0; r < rows; r++, labels += 4, loss += 8) {
    for (let k = 0; k < n; k++)
      store<f64>(scratch + ((<usize>k) << 3), <f64>load<f32>(logits + ((<usize>k) << 2)));
    let sum = logSumExp(scratch, n);
    const total = sum;
    for (let k = 0; k < n; k++, logits += 4, residual += 4) {
      const o = <f64>load<f32>(logits);
      const target = (abs<f32>(<f32>k - load<f32>(labels)) < 0.5 ? 1 - smoothing : 0) + smoothing / <f64>n;
      // A target of 0 counts nothing, whatever the logit.
      if (target != 0) sum -= target * o;
      store<f32>(residual, <f32>(target - expOf(o - total)));
    }
    store<f64>(loss, sum);
  }
}

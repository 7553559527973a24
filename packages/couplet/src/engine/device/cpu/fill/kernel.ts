import { madd } from "../kernel/madd";
export function fill(x: usize, n: i32, value: f32): void {
  const end = x + ((<usize>n) << 2);
  while (x < end) { store<f32>(x, value); x += 4; }
}
export function t(x: usize): void { v128.store(x, madd(v128.load(x), v128.load(x), v128.load(x))); }

/** What the fast device can be told when it is opened. */
export interface CpuOptions {
  /** Worker threads; defaults to the hardware's, at most 16. */
  readonly threads?: number;
  /** Use the system's BLAS when there is one; defaults to true. */
  readonly blas?: boolean;
  /**
   * Use the kernels with fused multiply-add where the engine has them; defaults to true. They are
   * faster, and may differ from the plain build in the last bit.
   */
  readonly relaxedSimd?: boolean;
}

/** The tables of the benchmark, and what others report on them. */

/**
 * `label` is the column that train-on-synthetic-test-on-real predicts; `beatsCopula` says whether the contract asks for more than
 * independent columns (344 rows are too few to promise it).
 */
export const tables = [
  { name: "penguins", label: "species", beatsCopula: false },
  { name: "telco-churn", label: "Churn", beatsCopula: true },
  { name: "california-housing", label: "ocean_proximity", beatsCopula: true },
  { name: "adult", label: "income", beatsCopula: true },
];

/** Published SDMetrics quality scores (mean of column shapes and pair trends) on adult. */
export const publishedAdult = [
  ["RealTabFormer", 0.953],
  ["CopulaGAN", 0.901],
  ["TVAE", 0.889],
  ["CTGAN", 0.879],
  ["GaussianCopula", 0.817],
];

/** The tables of the benchmark: where each comes from and what it is asked. */

import { dataFolder } from "../data-folder.mjs";

/**
 * `label` is the column that models trained on samples predict; `beatsCopula` says whether the contract asks for more than independent
 * columns (344 rows are too few to promise it). `fresh` tables took no part in development: they ship with the Python packages that
 * bench/setup installs, and were named here before any model had seen them.
 */
export const tables = [
  { name: "penguins", label: "species", beatsCopula: false },
  { name: "concrete", label: "strength", beatsCopula: true },
  { name: "breast-cancer", label: "diagnosis", beatsCopula: true, fresh: "scikit-learn" },
  { name: "governments", label: "regime", beatsCopula: true, fresh: "lifelines" },
  { name: "telco-churn", label: "Churn", beatsCopula: true },
  { name: "taxis", label: "payment", beatsCopula: true },
  { name: "california-housing", label: "ocean_proximity", beatsCopula: true },
  { name: "adult", label: "income", beatsCopula: true },
];

/** The file of a table; a fresh one is written into `folder` by `fresh_tables.py`. */
export const fileOf = ({ name, fresh }, folder) =>
  fresh === undefined ? `${dataFolder}/tables/${name}.csv` : `${folder}/${name}.csv`;

/** Published SDMetrics quality scores (mean of column shapes and pair trends) on adult. */
export const publishedAdult = [
  ["RealTabFormer", 0.953],
  ["CopulaGAN", 0.901],
  ["TVAE", 0.889],
  ["CTGAN", 0.879],
  ["GaussianCopula", 0.817],
];

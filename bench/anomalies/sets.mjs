/**
 * The data sets of ADBench that the benchmark reads (`y` is 1 for an anomaly), with the AUROC that PyOD publishes for its detectors: the mean of ten random
 * splits of 60 and 40 % (https://pyod.readthedocs.io/en/latest/benchmark.html). PyOD has no figures for thyroid and mammography.
 */
export const sets = [
  {
    name: "cardio",
    file: "6_cardio",
    published: { IForest: 0.921, LOF: 0.574, kNN: 0.724, OCSVM: 0.935, PCA: 0.95 },
  },
  { name: "thyroid", file: "38_thyroid" },
  {
    name: "vowels",
    file: "40_vowels",
    published: { IForest: 0.759, LOF: 0.941, kNN: 0.968, OCSVM: 0.78, PCA: 0.603 },
  },
  { name: "mammography", file: "23_mammography" },
  {
    name: "pendigits",
    file: "28_pendigits",
    published: { IForest: 0.944, LOF: 0.47, kNN: 0.749, OCSVM: 0.93, PCA: 0.935 },
  },
  {
    name: "shuttle",
    file: "32_shuttle",
    published: { IForest: 0.997, LOF: 0.526, kNN: 0.654, OCSVM: 0.992, PCA: 0.99 },
  },
];

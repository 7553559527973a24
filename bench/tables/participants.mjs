/** Who takes part in `npm run bench:tables`. `peers` need Python packages that bench/setup installs. */

export const participants = [
  { name: "couplet", title: "Couplet" },
  { name: "gaussian-copula", title: "GaussianCopula (SDV)", peer: "sdv" },
  { name: "tvae", title: "TVAE (SDV)", peer: "sdv" },
  { name: "ctgan", title: "CTGAN (SDV)", peer: "ctgan" },
  { name: "forest-diffusion", title: "ForestDiffusion", peer: "ForestDiffusion" },
  // The rows that everyone trained on in the samples' place: what a perfect, copying model would score.
  { name: "rows", title: "the training rows" },
];

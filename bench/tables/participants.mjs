/** Who takes part in `npm run bench:tables`. `peers` need Python packages that bench/setup installs. */

export const participants = [
  { name: "couplet", title: "Couplet" },
  { name: "gaussian-copula", title: "GaussianCopula (SDV)", peer: "sdv" },
  { name: "tvae", title: "TVAE (SDV)", peer: "sdv" },
  { name: "ctgan", title: "CTGAN (SDV)", peer: "ctgan" },
  { name: "forest-diffusion", title: "ForestDiffusion", peer: "ForestDiffusion" },
  // Training rows drawn with replacement in the samples' place: what chance leaves of perfect samples. They are copies, so that AUC says nothing of them.
  { name: "rows", title: "training rows drawn again", copies: true },
];

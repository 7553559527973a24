/** The bases: the distributions in latent space. A new base is a file beside this one and a line here. */
export { domains, type DomainsBase } from "./domains.ts";
export { gaussian, type GaussianBase, type GaussianOptions } from "./gaussian.ts";
export {
  gaussianMixture,
  type GaussianMixtureBase,
  type GaussianMixtureOptions,
} from "./gaussian-mixture.ts";
export { studentT, type StudentTBase, type StudentTOptions } from "./student-t.ts";
export { uniform, type UniformBase, type UniformOptions } from "./uniform.ts";

/** The domains of coupled systems: one line each. The command, its pages and the documentation derive from this list. */
import { openDomain, type OpenDomain } from "./domain.ts";
import { kineticsDomain } from "./kinetics/domain.ts";
import { curieDomain } from "./magnets/curie/domain.ts";
import { magnetsDomain } from "./magnets/domain.ts";
import { multiphysicsDomain } from "./multiphysics/domain.ts";
import { networksDomain } from "./networks/domain.ts";
import { oscillatorsDomain } from "./oscillators/domain.ts";
import { topologyDomain } from "./topology/domain.ts";

/** All domains, in the order in which the command lists them. */
export const domains: readonly OpenDomain[] = [
  openDomain(multiphysicsDomain),
  openDomain(magnetsDomain),
  openDomain(curieDomain),
  openDomain(topologyDomain),
  openDomain(networksDomain),
  openDomain(oscillatorsDomain),
  openDomain(kineticsDomain),
];

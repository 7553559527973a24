import { checkWord, requireOptions } from "couplet/kit";
import { refuseValue, requireNames, type NamesOf } from "../spec-value.ts";
import type { LayerBridge, LayerPull, OscillatorLayer, OscillatorSpec } from "./spec.ts";
import { isList, type Frequencies } from "./frequencies.ts";

const PULLS = ["complete", "links"] as const;
const BRIDGES = ["matched", "complete"] as const;
const LAWS = ["normal", "lorentz", "uniform"] as const;

/**
 * Refuses unknown names and words in a system of oscillators, absent ones, and values that are not lists: callers in JavaScript have no
 * compiler, and a misspelt `coupling` would leave a layer without one.
 *
 * @throws CoupletError USAGE for a name or a word, DATA_INVALID for a list
 */
export function checkOscillators(spec: OscillatorSpec): void {
  requireOptions("coupledOscillators", spec, { layers: true, between: true });
  if (!Array.isArray(spec.layers)) refuseValue("layers", "a list of layers", spec.layers);
  for (const [i, layer] of spec.layers.entries()) {
    const where = `layers[${i}]`;
    requireOptions<NamesOf<OscillatorLayer>>(where, layer, {
      name: true,
      frequencies: true,
      coupling: true,
    });
    if (typeof layer.name !== "string") refuseValue(`${where}.name`, "a text", layer.name);
    checkFrequencies(`${where}.frequencies`, layer.frequencies);
    if (layer.coupling !== undefined) checkPull(`${where}.coupling`, layer.coupling);
  }
  const { between = [] } = spec;
  if (!Array.isArray(between)) refuseValue("between", "a list", between);
  for (const [i, one] of (between as readonly LayerBridge[]).entries()) {
    const where = `between[${i}]`;
    requireOptions<LayerBridge>(where, one, { layers: true, kind: BRIDGES, strength: 0 });
    checkWord(`${where}: kind`, one.kind, BRIDGES);
    requireNames(where, one, ["strength"]);
    const pair: unknown = one.layers;
    if (!Array.isArray(pair) || pair.length !== 2)
      refuseValue(`${where}.layers`, "the names of two layers", pair);
  }
}

function checkFrequencies(where: string, given: Frequencies): void {
  if (isList(given)) return;
  requireOptions<Exclude<Frequencies, readonly number[] | Float64Array>>(where, given, {
    law: LAWS,
    centre: 0,
    width: 0,
    count: 0,
  });
  checkWord(`${where}: law`, given.law, LAWS);
  requireNames(where, given, ["centre", "width", "count"]);
}

function checkPull(where: string, pull: LayerPull): void {
  requireOptions<{
    readonly kind: LayerPull["kind"];
    readonly strength: number;
    readonly links?: unknown;
  }>(where, pull, { kind: PULLS, strength: 0, links: true });
  checkWord(`${where}: kind`, pull.kind, PULLS);
  requireNames(where, pull, ["strength"]);
  if (pull.kind !== "links") return;
  const links: unknown = pull.links;
  if (!Array.isArray(links) || !links.every((link) => Array.isArray(link)))
    refuseValue(`${where}.links`, "a list of links: two positions and a weight each", links);
}

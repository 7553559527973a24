import { requireOptions } from "couplet/kit";
import { refuseValue, type NamesOf } from "../spec-value.ts";
import type { LayerBridge, LayerPull, OscillatorLayer, OscillatorSpec } from "./spec.ts";
import type { Frequencies } from "./frequencies.ts";

/**
 * Refuses unknown names and words in a system of oscillators, and values that are not lists: callers in JavaScript have no compiler, and a
 * misspelt `coupling` would leave a layer without one.
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
    if (!Array.isArray(layer.frequencies))
      requireOptions<Exclude<Frequencies, readonly number[]>>(
        `${where}.frequencies`,
        layer.frequencies as Exclude<Frequencies, readonly number[]>,
        { law: ["normal", "lorentz", "uniform"], centre: 0, width: 0, count: 0 },
      );
    if (layer.coupling !== undefined)
      requireOptions<{
        readonly kind: LayerPull["kind"];
        readonly strength: number;
        readonly links?: unknown;
      }>(`${where}.coupling`, layer.coupling, {
        kind: ["complete", "links"],
        strength: 0,
        links: true,
      });
  }
  const { between = [] } = spec;
  if (!Array.isArray(between)) refuseValue("between", "a list", between);
  for (const [i, one] of between.entries())
    requireOptions<LayerBridge>(`between[${i}]`, one as LayerBridge, {
      layers: true,
      kind: ["matched", "complete"],
      strength: 0,
    });
}

/** A reversible network in words and numbers: its stages, and the bytes that a training step takes against depth. */
import { openDevice } from "../engine/device/open.ts";
import type { Device } from "../engine/device/device.ts";
import { layoutOf } from "../engine/graph.ts";
import { lowerTraining } from "../train/objective.ts";
import { lowerLogits } from "./lower.ts";
import { crossEntropyObjective } from "./objective.ts";
import type { NetworkSpec } from "./spec.ts";

/** What the activations of a training step take at a depth. */
export interface DepthMemory {
  /** Pairs of couplings a stage. */
  readonly units: number;
  /** Couplings of all stages. */
  readonly couplings: number;
  /** Bytes of a tile of eight images with all that lives beside it at the peak, where activations are stored and where they are rebuilt. */
  readonly store: number;
  readonly reversible: number;
}

/** What {@link describeNetwork} gives. */
export interface NetworkDescription {
  readonly parameters: number;
  readonly stages: readonly string[];
  /** The network itself, and the same with other numbers of units in every stage. */
  readonly memory: readonly DepthMemory[];
  /** All of it, a line each. */
  readonly text: string;
}

/** Images of a tile at least: what one thread computes at a time. */
const TILE = 8;

/** Depths that a network is compared with, in units a stage. */
const DEPTHS = [1, 3, 9, 27] as const;

/**
 * The stages of a network, and the activation bytes of a step against depth, stored and rebuilt: those of one thread, for the smallest tile
 * (eight images). They are planned, not measured: nothing is computed.
 *
 * @param units depths to compare, in units a stage. Default 1, 3, 9, 27
 */
export async function describeNetwork(
  spec: NetworkSpec,
  units: readonly number[] = DEPTHS,
): Promise<NetworkDescription> {
  const device = await openDevice("cpu", { threads: 1, blas: false });
  try {
    await device.prepareTraining();
    const memory = units.map((count) => depthMemory(device, withUnits(spec, count)));
    const parameters = lowerLogits(spec).parameters.reduce((sum, { size }) => sum + size, 0);
    const stages = spec.stages.map((stage, i) => stageText(spec, stage, i));
    const own = memoryOf(device, spec);
    const text = [
      `classifier of ${spec.shape.join(" x ")} images, ${spec.classes} classes, ${parameters.toLocaleString("en")} parameters`,
      ...stages.map((line, i) => `  ${i}  ${line}`),
      `activations of ${TILE} images: ${megabytes(own.store)} stored, ${megabytes(own.reversible)} rebuilt`,
      ...memory.map(
        ({ units: count, couplings, store, reversible }) =>
          `  ${count} units a stage (${couplings} couplings): ${megabytes(store)} stored, ${megabytes(reversible)} rebuilt`,
      ),
    ].join("\n");
    return { parameters, stages, memory, text };
  } finally {
    device.dispose();
  }
}

function withUnits(spec: NetworkSpec, units: number): NetworkSpec {
  return { ...spec, stages: spec.stages.map((stage) => ({ ...stage, units })) };
}

function depthMemory(device: Device, spec: NetworkSpec): DepthMemory {
  const couplings = spec.stages.reduce((sum, { units }) => sum + 2 * units, 0);
  return { units: spec.stages[0]!.units, couplings, ...memoryOf(device, spec) };
}

function memoryOf(device: Device, spec: NetworkSpec): { store: number; reversible: number } {
  const layout = layoutOf(lowerLogits(spec));
  const bytes = (memory: "store" | "reversible"): number =>
    device.planTraining(lowerTraining(crossEntropyObjective(0), spec, layout, { memory }), TILE)
      .activations;
  return { store: bytes("store"), reversible: bytes("reversible") };
}

function stageText(
  { shape, transition }: NetworkSpec,
  { channels, units, block }: NetworkSpec["stages"][number],
  i: number,
): string {
  const [height, width] = shape.slice(0, 2).map((side) => side / 2 ** i);
  const inner =
    block.kind === "residual"
      ? "residual functions"
      : `dense blocks of ${block.layers} layers, growth ${block.growth}`;
  const way = i === 0 ? "" : transition === "stored" ? ", after a stored transition" : ", squeezed";
  return `${height} x ${width} x ${channels}, ${units} units of two ${inner}${way}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

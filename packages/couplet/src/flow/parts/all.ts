/** All parts of the library, beyond those that load at once. */
import * as baseRegistry from "./base/index.ts";
import { bases } from "./base/base.ts";
import * as conditionerRegistry from "./conditioner/index.ts";
import { conditioners } from "./conditioner/conditioner.ts";
import * as layerRegistry from "./layer/index.ts";
import { knowCouplingsOfImages } from "./layer/coupled-image.ts";
import { layers } from "./layer/layer.ts";
import * as maskRegistry from "./mask/index.ts";
import { masks } from "./mask/mask.ts";
import * as transformRegistry from "./transform/index.ts";
import { transforms } from "./transform/transform.ts";

let areAdded = false;

/** Makes all parts known to their families: to who checks specs, and to who computes with them. */
export function knowAllParts(): void {
  if (areAdded) return;
  areAdded = true;
  bases.add(baseRegistry);
  conditioners.add(conditionerRegistry);
  layers.add(layerRegistry);
  knowCouplingsOfImages();
  masks.add(maskRegistry);
  transforms.add(transformRegistry);
}

import { internalError } from "../../error.ts";
import type { LuSpec } from "../spec/types.ts";
import type { LayerKind } from "./layer.ts";
export const lu: LayerKind<LuSpec> = { encode() { throw internalError("later"); }, decode() { throw internalError("later"); } };

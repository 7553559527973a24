/** What training sees in each epoch: discrete cells with fresh noise, few rows blurred. */
import { CoupletError } from "../../error.ts";
import { betweenEvents } from "../../threads/yield-to-event-loop.ts";
import { drawsNoise } from "../../table/schema/schema.ts";
import type { TableCodec, TableCodes } from "../../table/encode/table-codec.ts";
import { settingsFor } from "../../train/options.ts";
import type { TrainOptions } from "../../train/options.ts";
import { type NearestLatentRows, nearestLatentRows } from "./nearest-latent-rows.ts";
import { smoothDims, smoothingFor, smoothingOfEpoch, smoothRows } from "./smooth-rows.ts";

interface SmoothingOption {
  readonly smoothing?: number;
}

/**
 * New training rows for each epoch, where a column or the smoothing draws noise; nothing where every epoch sees the same.
 *
 * @param first the rows of the first epoch, without smoothing
 * @param codes the cells of the training rows, read once
 * @throws CoupletError USAGE for a bandwidth that is none
 */
export function freshRows(
  first: Float64Array,
  codec: TableCodec,
  codes: TableCodes,
  options: TrainOptions & SmoothingOption,
  seed: number,
): Pick<TrainOptions, "rowsOfEpoch"> {
  const on = smoothDims(codec);
  const most = on.length === 0 ? 0 : smoothingOf(options, codes.rows);
  const redrawn = codec.columns.some(drawsNoise);
  if (!redrawn && most === 0) return {};
  const { epochs } = settingsFor(options, codes.rows);
  let found: Promise<NearestLatentRows> | undefined;
  const drawn = async (epoch: number, numbers: Int32Array | undefined): Promise<Float64Array> => {
    const how = { seed, epoch, ...(numbers === undefined ? {} : { numbers }) };
    return (await betweenEvents(codec.drawInPieces(codes, how), options.signal)).z;
  };
  return {
    rowsOfEpoch: async (epoch, own) => {
      const sigma = smoothingOfEpoch(most, epoch, epochs);
      // A row is blurred towards its neighbours, which have noise of their own.
      const z = redrawn && epoch > 0 ? await drawn(epoch, sigma === 0 ? own : undefined) : first;
      if (sigma === 0) return z;
      found ??= betweenEvents(nearestLatentRows(first, codec.dims, on), options.signal);
      return smoothRows(z, codec.dims, { on, nearest: await found, sigma, seed, epoch });
    },
  };
}

function smoothingOf(options: TrainOptions & SmoothingOption, rows: number): number {
  const sigma = options.smoothing ?? smoothingFor(rows);
  if (sigma >= 0 && sigma < 1) return sigma;
  throw new CoupletError({
    code: "USAGE",
    where: "fitTable: smoothing",
    expected: "a number from 0 to less than 1",
    received: String(sigma),
  });
}

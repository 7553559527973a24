// A small fit, alone or as one of several ranks; prints a line of JSON: the rank, and a digest of the parameters or the error.
//   mpi-fit.mjs '{"alone":true,"epochs":3,"checkpoint":"file","resume":true,"seedOfRank":[1,1],"widthOfRank":[32,32],"shiftOfRank":[0,0],"killedAtSave":3}'
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fit, realNvp } from "couplet";
import { mpi } from "couplet/node";

const {
  alone = false,
  epochs = 3,
  checkpoint,
  resume = false,
  seedOfRank = [],
  widthOfRank = [],
  shiftOfRank = [],
  killedAtSave = Infinity,
} = JSON.parse(process.argv[2]);
let rank = 0;
let said;
try {
  const reducer = alone ? undefined : await mpi();
  rank = reducer?.rank ?? 0;
  let saves = 0;
  const save = (bytes) => {
    // Every rank comes here at the end of each epoch: rank 0 has written before the others come again.
    saves += 1;
    if (rank === 1 && saves >= killedAtSave) process.kill(process.pid, "SIGKILL");
    if (rank !== 0) return;
    writeFileSync(`${checkpoint}.part`, bytes);
    renameSync(`${checkpoint}.part`, checkpoint);
  };
  const shift = shiftOfRank[rank] ?? 0;
  // A curve that a normal distribution does not fit: the model that is kept is a trained one.
  const rows = Array.from({ length: 1000 }, (_, i) => {
    const [u, v] = [2 * Math.sin(i * i), Math.sin(7 * i * i + 1)];
    return [u + shift, u * u + 0.1 * v, Math.sin(2 * u) + 0.1 * v];
  });
  const width = widthOfRank[rank] ?? 32;
  const model = await fit(realNvp({ dims: 3, couplings: 2, width }), rows, {
    batch: 512,
    epochs,
    patience: epochs,
    seed: seedOfRank[rank] ?? 3,
    threads: 1,
    ...(reducer === undefined ? {} : { reducer }),
    ...(checkpoint === undefined ? {} : { checkpoint: { everySeconds: 1e-9, save } }),
    ...(resume && existsSync(checkpoint) ? { resume: readFileSync(checkpoint) } : {}),
  });
  const digest = createHash("sha256").update(new Uint8Array(model.parameters.buffer));
  said = {
    rank,
    digest: digest.digest("hex"),
    library: reducer?.library,
    bytesSent: reducer?.bytesSent,
    parameters: model.parameters.length,
  };
  model.dispose();
} catch (error) {
  said = { rank, error: error.message };
  process.exitCode = 1;
}
console.log(JSON.stringify({ ...said, pid: process.pid }));

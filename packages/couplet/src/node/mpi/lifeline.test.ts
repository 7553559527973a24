/** Connections between ranks, and those of others, who know no key. */
import { once } from "node:events";
import { createConnection } from "node:net";
import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import type { MpiChannel } from "./channel.ts";
import { openLifeline } from "./lifeline.ts";

/** Two ranks in one process; `address` is what rank 0 tells the others, before rank 1 hears it. */
function twoRanks(): {
  readonly channels: readonly [MpiChannel, MpiChannel];
  readonly address: Promise<string>;
  readonly letRankOneConnect: () => void;
} {
  const gathered: Uint8Array[] = [];
  let [tell, whole, letGo] = [(_: Uint8Array) => {}, (_: Uint8Array) => {}, () => {}];
  const told = new Promise<Uint8Array>((resolve) => (tell = resolve));
  const all = new Promise<Uint8Array>((resolve) => (whole = resolve));
  const released = new Promise<void>((resolve) => (letGo = resolve));
  const channel = (rank: 0 | 1): MpiChannel =>
    ({
      rank,
      ranks: 2,
      started: 0,
      endAfter: () => undefined,
      allGather: (own: Uint8Array) => {
        gathered[rank] = own;
        if (gathered[0] !== undefined && gathered[1] !== undefined)
          whole(Uint8Array.from([...gathered[0], ...gathered[1]]));
        return all;
      },
      broadcast: async (bytes: Uint8Array) => {
        if (rank === 0) tell(bytes.slice());
        else {
          bytes.set(await told);
          await released;
        }
      },
    }) as unknown as MpiChannel;
  return {
    channels: [channel(0), channel(1)],
    address: told.then((bytes) => new TextDecoder().decode(bytes).replace(/\0+$/, "")),
    letRankOneConnect: letGo,
  };
}

/** A connection that is closed in the end; what it was told is of no use. */
async function connect(port: number): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const socket = createConnection({ host: "127.0.0.1", port });
  socket.on("error", () => undefined).resume();
  // Not by once(): it would reject with the error of a connection that is reset, which is one way of being turned away.
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  await once(socket, "connect");
  return { socket, closed };
}

describe("the lifeline", () => {
  it("turns strangers away, and connects the ranks meanwhile", async () => {
    const { channels, address, letRankOneConnect } = twoRanks();
    const lost: string[] = [];
    const lines = channels.map((channel) =>
      openLifeline(channel, (rank, reason) => lost.push(`${rank}: ${reason}`)),
    );
    const port = Number((await address).split(" ")[0]);
    // Who sends without an end, and who does not know the key, at once ...
    const endless = await connect(port);
    endless.socket.write("x".repeat(100_000));
    await endless.closed;
    const guessing = await connect(port);
    guessing.socket.write(`${JSON.stringify({ hello: "guess", rank: 1 })}\n`);
    await guessing.closed;
    // ... who says nothing, when all ranks are here.
    const silent = await connect(port);
    letRankOneConnect();
    const [zero, one] = await Promise.all(lines);
    await silent.closed;
    // A reason longer than a line may be arrives cut.
    one!.leave(`because ${"of this and that ".repeat(5_000)}`);
    while (lost.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(lost).toHaveLength(1);
    expect(lost[0]).toMatch(/^1: because of this/);
    expect(lost[0]!.length).toBeLessThan(1_100);
    zero!.close();
    one!.close();
  });
});

/**
 * Says at once which rank has ended. MPI cannot: a call that waits for a dead rank waits for ever.
 *
 * Every rank holds a connection to rank 0, over which a rank says that it leaves; a process that dies loses its connection, on the
 * same machine and from afar. What rank 0 hears it passes on.
 */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createConnection, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { hostname } from "node:os";
import { CoupletError } from "../../error.ts";
import type { MpiChannel } from "./channel.ts";

/** Between machines a connection may end without a word: ranks that say nothing for so long are gone. */
const SILENCE_MS = 8_000;
const PULSE_MS = 2_000;

/** Ranks that have told their host's name and then do not connect for so long are gone. */
const CONNECT_MS = 60_000;

/** A connection that has not said which rank it is by then is a stranger's. */
const HELLO_MS = 5_000;

/** Longest line, and longest reason in it: who sends more is no rank. */
const [LINE_LETTERS, REASON_LETTERS] = [8_192, 1_000];

/** Longest name of a host, longest address and key, padded to be broadcast. */
const TEXT_BYTES = 256;

/** One line on a connection. */
type Message =
  | { readonly hello: string; readonly rank: number }
  | { readonly left: number; readonly reason: string }
  | { readonly done: number }
  | { readonly pulse: true };

export interface Lifeline {
  /** Tells the other ranks that this one ends without them. */
  leave(reason: string): void;
  /**
   * Ends the connections: what others do from now on is not noticed. Says after how many calls this rank ends: the others may hear of it
   * before their own last call returns, and it is a loss only to a rank that makes a further one.
   */
  close(): void;
}

/**
 * Connects all ranks; each has to call it.
 *
 * @param onLost is called once, with the rank that is gone and why
 */
export async function openLifeline(
  channel: MpiChannel,
  onLost: (rank: number, reason: string) => void,
): Promise<Lifeline> {
  const hosts = textsOf(await channel.allGather(bytesOf(hostname())), channel.ranks);
  const oneMachine = hosts.every((host) => host === hosts[0]);
  const key = randomBytes(16).toString("hex");
  // A single process has nobody to lose, and waits for nobody.
  if (channel.ranks === 1) return { leave: () => undefined, close: () => undefined };
  if (channel.rank !== 0) {
    const said = bytesOf("");
    await channel.broadcast(said);
    const [port, secret] = textsOf(said, 1)[0]!.split(" ");
    const socket = createConnection({
      host: oneMachine ? "127.0.0.1" : hosts[0]!,
      port: Number(port),
    });
    await once(socket, "connect");
    send(socket, { hello: secret!, rank: channel.rank });
    return new Ends([{ rank: 0, socket }], channel, onLost, !oneMachine);
  }
  const server = createServer();
  server.listen(0, oneMachine ? "127.0.0.1" : "0.0.0.0");
  await once(server, "listening");
  const others = acceptOthers(server, channel.ranks, key);
  const { port } = server.address() as { readonly port: number };
  await channel.broadcast(bytesOf(`${port} ${key}`));
  const connections = await others;
  server.close();
  return new Ends(connections, channel, onLost, !oneMachine);
}

interface Connection {
  readonly rank: number;
  readonly socket: Socket;
}

/** The connections of the other ranks; whoever does not know the key is turned away. */
function acceptOthers(server: Server, ranks: number, key: string): Promise<Connection[]> {
  const connections = new Map<number, Connection>();
  const strangers = new Set<Socket>();
  return new Promise((resolve, reject) => {
    // An open connection of a stranger would keep the process after its work.
    const turnAway = () => {
      for (const socket of strangers) socket.destroy();
    };
    const late = setTimeout(() => {
      server.close();
      turnAway();
      const missing = Array.from({ length: ranks - 1 }, (_, i) => i + 1).filter(
        (rank) => !connections.has(rank),
      );
      reject(
        new CoupletError({
          code: "DEVICE_UNAVAILABLE",
          where: `mpi: rank 0 of ${ranks}`,
          expected: `a connection from rank ${missing.join(", ")} within ${CONNECT_MS / 1000} s`,
          received: "none",
          hint: "Between machines, a firewall may keep ranks from a port of rank 0.",
        }),
      );
    }, CONNECT_MS);
    server.on("connection", (socket) => {
      strangers.add(socket);
      socket.once("error", () => socket.destroy()).once("close", () => strangers.delete(socket));
      socket.setTimeout(HELLO_MS, () => socket.destroy());
      onLines(socket, (message) => {
        if (!("hello" in message)) return;
        const { hello, rank } = message;
        if (hello !== key || !Number.isInteger(rank) || rank < 1 || rank >= ranks) {
          socket.destroy();
          return;
        }
        strangers.delete(socket);
        socket.setTimeout(0).removeAllListeners("timeout");
        connections.set(rank, { rank, socket });
        if (connections.size < ranks - 1) return;
        clearTimeout(late);
        turnAway();
        resolve([...connections.values()]);
      });
    });
  });
}

/** One side of a star: rank 0 has a connection to each other rank, the others have one to rank 0. */
class Ends implements Lifeline {
  readonly #connections: readonly Connection[];
  readonly #rank: number;
  readonly #onLost: (rank: number, reason: string) => void;
  readonly #pulse: ReturnType<typeof setInterval> | undefined;
  readonly #channel: MpiChannel;
  #over = false;

  constructor(
    connections: readonly Connection[],
    channel: MpiChannel,
    onLost: (rank: number, reason: string) => void,
    betweenMachines: boolean,
  ) {
    this.#connections = connections;
    this.#channel = channel;
    this.#rank = channel.rank;
    this.#onLost = onLost;
    for (const { rank: other, socket } of connections) {
      const gone = () => this.#lost(other, "its process has ended");
      socket.removeAllListeners("error");
      socket.on("error", gone).on("close", gone);
      if (betweenMachines) socket.setTimeout(SILENCE_MS, () => this.#lost(other, "it is silent"));
      onLines(socket, (message) => {
        if ("left" in message) this.#lost(message.left, message.reason);
        else if ("done" in message) {
          socket.off("error", gone).off("close", gone).on("error", ignore);
          channel.endAfter(message.done, gone);
        }
      });
      // A connection alone keeps no process alive.
      socket.unref();
    }
    if (betweenMachines) {
      this.#pulse = setInterval(() => {
        for (const { socket } of connections) send(socket, { pulse: true });
      }, PULSE_MS);
      this.#pulse.unref();
    }
  }

  leave(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#tell({ left: this.#rank, reason: reason.slice(0, REASON_LETTERS) });
    clearInterval(this.#pulse);
  }

  close(): void {
    this.#over = true;
    clearInterval(this.#pulse);
    this.#tell({ done: this.#channel.started });
    for (const { socket } of this.#connections) socket.end();
  }

  #lost(rank: number, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#pulse);
    // Only rank 0 has someone to pass it on to.
    if (this.#rank === 0) this.#tell({ left: rank, reason });
    this.#onLost(rank, reason);
  }

  #tell(message: Message): void {
    for (const { socket } of this.#connections) if (!socket.destroyed) send(socket, message);
  }
}

/** A connection whose other end is done may end in any way. */
function ignore(): void {}

function send(socket: Socket, message: Message): void {
  socket.write(`${JSON.stringify(message)}\n`);
}

/** Hears lines; who sends one that is no message, or goes on without an end of line, is no rank. */
function onLines(socket: Socket, listener: (message: Message) => void): void {
  let text = "";
  socket.setEncoding("utf8").on("data", (part: string) => {
    const lines = (text + part).split("\n");
    text = lines.pop()!;
    try {
      for (const line of lines) listener(JSON.parse(line) as Message);
    } catch {
      socket.destroy();
    }
    if (text.length > LINE_LETTERS) socket.destroy();
  });
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(new ArrayBuffer(TEXT_BYTES));
  new TextEncoder().encodeInto(text, bytes);
  return bytes;
}

function textsOf(bytes: Uint8Array, count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    new TextDecoder()
      .decode(bytes.subarray(i * TEXT_BYTES, (i + 1) * TEXT_BYTES))
      .replace(/\0+$/, ""),
  );
}

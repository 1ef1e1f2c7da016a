import { createSocket } from "node:dgram";
import { createServer } from "node:net";

type HeldPort = { readonly port: number; readonly release: () => Promise<void> };

/**
 * Where free ports are looked for: below those that systems give to outgoing connections (from 32,768 on Linux, 49,152
 * elsewhere). A child may take its port half a minute later, and no connection must have got it meanwhile.
 */
const portMin = 16_000;
const portCount = 16_000;
const triesMax = 100;

/**
 * Free ports on 127.0.0.1, all different: `kinds` says for each whether UDP or TCP is wanted. They are held together
 * until all are known, then let go for the children to take.
 */
export async function freePorts(kinds: readonly ("udp" | "tcp")[]): Promise<number[]> {
  const held = await Promise.all(kinds.map((kind) => holdSome(kind)));
  await Promise.all(held.map(({ release }) => release()));
  return held.map(({ port }) => port);
}

/** Why a TCP port cannot be listened on, in words; null when it can. */
export async function portProblem(port: number, host: string): Promise<string | null> {
  try {
    const held = await holdTcp(port, host);
    await held.release();
    return null;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE")
      return `port ${port} on ${host} is taken by another process; choose another one with --port N`;
    if (code === "EACCES") return `port ${port} on ${host} needs more rights; choose one above 1023 with --port N`;
    if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND" || code === "EAI_AGAIN")
      return `${host} is not an address of this machine; choose another one with --host ADDRESS`;
    return `cannot listen on port ${port} of ${host}: ${message}`;
  }
}

async function holdSome(kind: "udp" | "tcp"): Promise<HeldPort> {
  for (let tries = 1; ; tries++) {
    const port = portMin + Math.floor(Math.random() * portCount);
    try {
      return await (kind === "udp" ? holdUdp(port) : holdTcp(port, "127.0.0.1"));
    } catch (error) {
      if (tries >= triesMax) throw error;
    }
  }
}

function holdTcp(port: number, host: string): Promise<HeldPort> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === "object" && address !== null ? address.port : port;
      resolve({ port: taken, release: () => new Promise((done) => server.close(() => done())) });
    });
  });
}

function holdUdp(port: number): Promise<HeldPort> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () =>
      resolve({ port: socket.address().port, release: () => new Promise((done) => socket.close(() => done())) }),
    );
  });
}

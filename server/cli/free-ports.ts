import { createSocket } from "node:dgram";
import { createServer } from "node:net";

type HeldPort = { readonly port: number; readonly release: () => Promise<void> };

/**
 * Free ports on 127.0.0.1, all different: `kinds` says for each whether UDP or TCP is wanted. They are held together
 * until all are known, then let go for the children to take.
 */
export async function freePorts(kinds: readonly ("udp" | "tcp")[]): Promise<number[]> {
  const held = await Promise.all(kinds.map((kind) => (kind === "udp" ? holdUdp() : holdTcp(0, "127.0.0.1"))));
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

function holdUdp(): Promise<HeldPort> {
  return new Promise((resolve, reject) => {
    const socket = createSocket("udp4");
    socket.once("error", reject);
    socket.bind({ port: 0, address: "127.0.0.1", exclusive: true }, () =>
      resolve({ port: socket.address().port, release: () => new Promise((done) => socket.close(() => done())) }),
    );
  });
}

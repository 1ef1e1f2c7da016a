import { connect } from "node:net";

/*
 * A reader of a venue's drop copy that stands on its own: SoupBinTCP 3.00 framing and the few OUCH 5.0 messages that an
 * auditor needs, by their published layouts.
 */

/** What the venue says it accepted and executed for us, since the day's first message. */
export type VenueLog = {
  readonly accepted: readonly { readonly userReference: number; readonly quantity: number }[];
  readonly replaced: readonly { readonly original: number; readonly userReference: number }[];
  readonly executed: readonly {
    readonly userReference: number;
    /** Without sign: the side is the order's. */
    readonly quantity: number;
    readonly price: number;
    readonly match: string;
  }[];
  readonly brokenMatches: ReadonlySet<string>;
};

/** Bytes are quiet for so long when everything has come. */
const quietMs = 1_000;

/** Logs in at a drop copy's port from sequence number 1 and reads all that the venue has said today. */
export async function readDropCopy(port: number): Promise<VenueLog> {
  const bytes = await readAll(port);
  const accepted: { userReference: number; quantity: number }[] = [];
  const replaced: { original: number; userReference: number }[] = [];
  const executed: { userReference: number; quantity: number; price: number; match: string }[] = [];
  const brokenMatches = new Set<string>();
  for (let at = 0; at + 3 <= bytes.length; at += 2 + bytes.readUInt16BE(at)) {
    if (bytes[at + 2] === 0x4a) throw new Error(`the drop copy on port ${port} refuses the login`);
    if (bytes[at + 2] !== 0x53) continue; // S, sequenced data
    const message = at + 3;
    switch (String.fromCharCode(bytes[message])) {
      case "A":
        accepted.push({ userReference: bytes.readUInt32BE(message + 9), quantity: bytes.readUInt32BE(message + 14) });
        break;
      case "U":
        replaced.push({ original: bytes.readUInt32BE(message + 9), userReference: bytes.readUInt32BE(message + 13) });
        break;
      case "E":
        executed.push({
          userReference: bytes.readUInt32BE(message + 9),
          quantity: bytes.readUInt32BE(message + 13),
          price: Number(bytes.readBigUInt64BE(message + 17)),
          match: `${bytes.readUInt32BE(message + 26)}/${bytes.readUInt32BE(message + 30)}`,
        });
        break;
      case "B":
        brokenMatches.add(`${bytes.readUInt32BE(message + 13)}/${bytes.readUInt32BE(message + 17)}`);
        break;
    }
  }
  return { accepted, replaced, executed, brokenMatches };
}

function readAll(port: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => {
      const login = Buffer.alloc(49, " ");
      login.writeUInt16BE(47, 0);
      login.write("L", 2);
      login.write("HELIOA", 3);
      login.write("HELIO", 9);
      login.write("1".padStart(20), 29);
      socket.write(login);
    });
    const finish = (): void => {
      socket.destroy();
      resolve(Buffer.concat(chunks));
    };
    let timer = setTimeout(finish, 5_000);
    let lastLength = 0;
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      // Heartbeats of three bytes do not count as something to wait for.
      if (chunk.length > 3 || lastLength === 0) {
        clearTimeout(timer);
        timer = setTimeout(finish, quietMs);
      }
      lastLength = chunk.length;
    });
    socket.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}

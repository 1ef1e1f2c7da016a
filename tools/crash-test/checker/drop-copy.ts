import { connect } from "node:net";

/*
 * A reader of a venue's drop copy that stands on its own: SoupBinTCP 3.00 framing and the few OUCH 5.0 messages that an
 * auditor needs, by their published layouts.
 */

/** An order as the venue had it, through all its replaces. Times: nanoseconds of the venue's day. */
export type VenueOrder = {
  /** That of its acceptance, then those of its replaces. */
  readonly references: readonly number[];
  readonly acceptedNs: number;
  /** When its last share left: executed, cancelled, taken out of a match with ourselves. null while any is open. */
  readonly endedNs: number | null;
};

/** What the venue says it accepted, executed and ended for us, since the day's first message. */
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
  /** Refused: an order that never was, or a replace, whose order stands as it was. */
  readonly rejected: readonly { readonly userReference: number; readonly timeNs: number }[];
  readonly brokenMatches: ReadonlySet<string>;
  /** What became of each accepted order. */
  readonly orders: readonly VenueOrder[];
};

/** Bytes are quiet for so long when everything has come. */
const quietMs = 1_000;
/** An order's state, in acceptances and replaces: it is gone already. */
const dead = 0x44;

/** Logs in at a drop copy's port from sequence number 1 and reads all that the venue has said today. */
export async function readDropCopy(port: number): Promise<VenueLog> {
  try {
    return readVenueLog(await readAll(port));
  } catch (error) {
    throw new Error(`the drop copy on port ${port}`, { cause: error });
  }
}

/**
 * What a venue said, from the bytes of a drop copy since its login. Throws an Error where the login is refused, or
 * answered from later on than the day's first message. Nothing said gives empty lists.
 */
export function readVenueLog(bytes: Buffer): VenueLog {
  const accepted: { userReference: number; quantity: number }[] = [];
  const replaced: { original: number; userReference: number }[] = [];
  const executed: { userReference: number; quantity: number; price: number; match: string }[] = [];
  const rejected: { userReference: number; timeNs: number }[] = [];
  const brokenMatches = new Set<string>();
  const lives = new OrderLives();
  const told = new Set<string>();
  for (let at = 0; at + 3 <= bytes.length; at += 2 + bytes.readUInt16BE(at)) {
    const type = String.fromCharCode(bytes[at + 2]);
    if (type === "J") throw new Error("refuses the login");
    // Login accepted: session, then the number of the first message to come. What came before it would be missing.
    if (type === "A" && Number(bytes.toString("latin1", at + 13, at + 33)) !== 1)
      throw new Error("does not begin with the day's first message");
    if (type !== "S") continue; // sequenced data
    const message = at + 3;
    const timeNs = Number(bytes.readBigUInt64BE(message + 1));
    const userReference = bytes.readUInt32BE(message + 9);
    switch (String.fromCharCode(bytes[message])) {
      case "A": {
        const quantity = bytes.readUInt32BE(message + 14);
        accepted.push({ userReference, quantity });
        lives.accept(userReference, bytes[message + 47] === dead ? 0 : quantity, timeNs);
        break;
      }
      case "U": {
        const original = userReference;
        const reference = bytes.readUInt32BE(message + 13);
        replaced.push({ original, userReference: reference });
        lives.replace(original, reference, bytes[message + 51] === dead ? 0 : bytes.readUInt32BE(message + 18), timeNs);
        break;
      }
      case "E": {
        const quantity = bytes.readUInt32BE(message + 13);
        const match = `${bytes.readUInt32BE(message + 26)}/${bytes.readUInt32BE(message + 30)}`;
        executed.push({ userReference, quantity, price: Number(bytes.readBigUInt64BE(message + 17)), match });
        // An execution that is told again takes nothing more out of its order.
        const isRepeat = told.has(`${userReference}/${match}`);
        told.add(`${userReference}/${match}`);
        if (!isRepeat) lives.take(userReference, quantity, timeNs);
        break;
      }
      // Cancelled, and cancelled so that it would not trade with ourselves: both say how many shares left.
      case "C":
      case "D":
        lives.take(userReference, bytes.readUInt32BE(message + 13), timeNs);
        break;
      case "M":
        lives.reduceTo(userReference, bytes.readUInt32BE(message + 14), timeNs);
        break;
      case "J":
        rejected.push({ userReference, timeNs });
        break;
      case "B":
        brokenMatches.add(`${bytes.readUInt32BE(message + 13)}/${bytes.readUInt32BE(message + 17)}`);
        break;
    }
  }
  return { accepted, replaced, executed, rejected, brokenMatches, orders: lives.orders };
}

/** What is open of each order, as the venue's messages move it. Words about an order that it never had change nothing. */
class OrderLives {
  readonly orders: { references: number[]; acceptedNs: number; endedNs: number | null; open: number }[] = [];
  private readonly byReference = new Map<number, (typeof this.orders)[number]>();

  accept(reference: number, quantity: number, timeNs: number): void {
    const order = { references: [reference], acceptedNs: timeNs, endedNs: null, open: quantity };
    this.orders.push(order);
    this.byReference.set(reference, order);
    this.reduceTo(reference, quantity, timeNs);
  }

  replace(original: number, reference: number, quantity: number, timeNs: number): void {
    const order = this.byReference.get(original);
    if (order === undefined) return;
    order.references.push(reference);
    this.byReference.set(reference, order);
    this.reduceTo(reference, quantity, timeNs);
  }

  take(reference: number, quantity: number, timeNs: number): void {
    this.reduceTo(reference, (this.byReference.get(reference)?.open ?? 0) - quantity, timeNs);
  }

  reduceTo(reference: number, open: number, timeNs: number): void {
    const order = this.byReference.get(reference);
    if (order === undefined || order.endedNs !== null) return;
    order.open = open;
    if (open <= 0) order.endedNs = timeNs;
  }
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

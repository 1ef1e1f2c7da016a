import { connect } from "node:net";
import { packAscii4, symbolBytes } from "../wire/bytes";
import { decodeOuchOutbound, OuchOutboundHandlerBase } from "../wire/ouch";
import {
  encodeOuchAccountQuery,
  encodeOuchDisableOrderEntry,
  encodeOuchMassCancel,
  ouchLongestMessage,
} from "../wire/ouch-encode";
import {
  encodeLoginRequest,
  encodeUnsequencedData,
  SoupFrameReader,
  soupHeaderLength,
  soupReaderStateLength,
  soupType,
  soupVerdict,
} from "../wire/soup-bin-tcp";

/** What a withdrawal came to. `confirmed`: the venue said that it cancelled all and takes no more of ours. */
export type Withdrawal = {
  readonly confirmed: boolean;
  /** The venue took the login: its own cancel on disconnect counts anew from the end of this connection. */
  readonly loggedIn: boolean;
  /** Orders that the venue reported cancelled to this connection. */
  readonly cancelledOrders: number;
  /** Why it is not confirmed; empty when it is. */
  readonly problem: string;
};

/** How the member logs in at a venue's order port. */
export type MemberLogin = { readonly username: string; readonly password: string; readonly firm: string };

export const memberLogin: MemberLogin = { username: "HELIO1", password: "HELIO", firm: "HELI" };

const frameLengthMax = 4_096;
/**
 * References left out before those of a withdrawal: the engine may have used the next ones for orders that never arrived,
 * and would otherwise find them counted as received.
 */
const referencesLeftOut = 100_000;

/**
 * Takes a member's orders off one venue over a connection of its own: logs in at the order port, which takes the
 * session over from a peer that may be half dead, asks for the next user reference (OUCH 5.0 section 2.8), then sends
 * the mass cancel and "disable order entry" (sections 2.5, 2.6) and waits for both answers. Resolves always, at the
 * latest after `limitMs`; never throws.
 */
export function withdrawFromVenue(
  address: { readonly host: string; readonly port: number },
  limitMs: number,
  login: MemberLogin = memberLogin,
): Promise<Withdrawal> {
  return new Promise((resolve) => {
    const socket = connect(address.port, address.host);
    socket.setNoDelay(true);
    const answers = new WithdrawalAnswers();
    const reader = new SoupFrameReader(new Uint8Array(frameLengthMax), new Int32Array(soupReaderStateLength));
    const firm = packAscii4(login.firm);
    const message = new Uint8Array(ouchLongestMessage);
    const packet = Buffer.alloc(frameLengthMax);
    let over = false;
    let loggedIn = false;
    const timer = setTimeout(() => end(`no answer within ${limitMs} ms`), limitMs);

    function end(problem: string): void {
      if (over) return;
      over = true;
      clearTimeout(timer);
      socket.destroy();
      resolve({ confirmed: problem === "", loggedIn, cancelledOrders: answers.cancelled, problem });
    }

    function send(length: number): void {
      socket.write(Buffer.from(packet.subarray(0, encodeUnsequencedData(packet, 0, message, 0, length))));
    }

    function onFrame(type: number, bytes: Uint8Array, offset: number, length: number): void {
      if (type === soupType.loginAccepted) {
        loggedIn = true;
        return send(encodeOuchAccountQuery(message, 0, null));
      }
      if (type === soupType.loginRejected)
        return end(`the login was refused with ${String.fromCharCode(bytes[offset])}`);
      if (type !== soupType.sequencedData) return;
      const known = answers.nextReference;
      decodeOuchOutbound(bytes, offset, length, answers);
      if (known === 0 && answers.nextReference > 0) {
        const reference = answers.nextReference + referencesLeftOut;
        send(encodeOuchMassCancel(message, 0, reference, firm, symbolBytes(""), 0, null));
        send(encodeOuchDisableOrderEntry(message, 0, reference + 1, firm, null));
      }
      if (answers.disabled) end("");
    }

    socket.on("connect", () => {
      const length = encodeLoginRequest(packet, 0, login.username, login.password, "", 0);
      socket.write(Buffer.from(packet.subarray(0, length)));
    });
    socket.on("data", (chunk: Buffer) => {
      if (over) return;
      if (reader.push(chunk, 0, chunk.length, onFrame) !== soupVerdict.code.ok)
        end(`a packet longer than ${frameLengthMax - soupHeaderLength} bytes`);
    });
    socket.on("error", (error) => end(error.message));
    socket.on("close", () => end("the venue closed the connection"));
  });
}

class WithdrawalAnswers extends OuchOutboundHandlerBase {
  nextReference = 0;
  disabled = false;
  cancelled = 0;

  override accountQueryResponse(_bytes: Uint8Array, _timeNs: number, nextUserReference: number): void {
    this.nextReference = nextUserReference;
  }

  override canceled(): void {
    this.cancelled++;
  }

  override disableResponse(): void {
    this.disabled = true;
  }
}

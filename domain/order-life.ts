import { closedSet, type NameOf } from "./closed-set";
import { type OrderState, orderStates } from "./order";

/**
 * What moves an order: what we send (`replaceSent`, `cancelSent`), what a venue says (the rest down to `bust`), and what
 * becomes of it when a venue says nothing: `sessionLost` and `noAnswer` make its fate unknown, `neverSeen` and
 * `confirmed` are the two answers of a venue that was asked (OUCH 5.0 account query, section 2.8). `restated`: the venue
 * moved the order by itself, to another place or price (sections 3.11, 3.13); what is open of it stays.
 */
export const orderMessages = closedSet(
  "order message",
  "accepted",
  "deadOnArrival",
  "rejected",
  "replaceSent",
  "replaced",
  "replaceRejected",
  "cancelSent",
  "cancelPending",
  "cancelRejected",
  "reduced",
  "cancelled",
  "expired",
  "partFill",
  "wholeFill",
  "bust",
  "sessionLost",
  "noAnswer",
  "neverSeen",
  "confirmed",
  "restated",
);
export type OrderMessage = NameOf<typeof orderMessages>;

/**
 * The life of an order: a row a state, a column a message, in the order of `orderMessages`. A cell is the state after
 * it. `resting` is working or, with anything filled, partlyFilled; `standing` is cancelling where a cancel was asked, and
 * resting otherwise. A full stop marks a repeat or a late word that changes nothing; an exclamation mark a
 * contradiction, which is alerted: what it says happened is still booked. A dash: we never send this in that state.
 */
const table = `
             accepted    dead       rejected   replSent  replaced   replRej    cancSent   cancPend   cancRej    reduced    cancelled  expired    partFill   wholeFill  bust       sessLost   noAnswer   neverSeen  confirmed  restated
none         none!       none!      none!      -         none!      none!      -          none!      none!      none!      none!      none!      none!      none!      none!      none!      none!      none!      none!      none!
pending      working     cancelled  rejected   -         resting!   pending.   cancelling cancelling pending.   pending    cancelled  expired    resting    filled     pending!   unknown    unknown    lost       unknown!   pending!
working      working.    cancelled! rejected!  replacing working!   working.   cancelling cancelling resting.   working    cancelled  expired    resting    filled     resting    unknown    working.   unknown!   working.   working
partlyFilled resting.    cancelled! rejected!  replacing resting!   resting.   cancelling cancelling resting.   resting    cancelled  expired    resting    filled     resting    unknown    resting.   unknown!   resting.   resting
cancelling   cancelling  cancelled  rejected   -         cancelling cancelling cancelling cancelling resting    cancelling cancelled  expired    cancelling filled     cancelling unknown    unknown    lost       cancelling cancelling
replacing    replacing.  cancelled  rejected!  -         resting    resting    cancelling cancelling replacing. replacing  cancelled  expired    replacing  filled     replacing  unknown    unknown    unknown!   resting    replacing
unknown      standing    cancelled  rejected   -         standing   unknown    unknown    unknown    unknown    unknown    cancelled  expired    unknown    filled     unknown    unknown.   unknown.   lost       standing   unknown
filled       filled.     filled!    filled!    -         filled.    filled.    -          filled.    filled.    filled!    filled!    filled!    filled!    filled!    broken     filled.    filled.    filled.    filled.    filled.
cancelled    cancelled.  cancelled. cancelled! -         cancelled. cancelled. -          cancelled. cancelled. cancelled. cancelled. cancelled. cancelled! cancelled! broken     cancelled. cancelled. cancelled. cancelled. cancelled!
rejected     cancelling! rejected!  rejected.  -         rejected!  rejected.  -          rejected!  rejected.  rejected!  rejected!  rejected!  rejected!  rejected!  rejected!  rejected.  rejected.  rejected.  rejected.  rejected!
lost         cancelling! lost!      lost.      -         lost!      lost.      -          lost!      lost.      lost!      lost!      lost!      lost!      lost!      lost!      lost.      lost.      lost.      lost.      lost!
expired      expired.    expired.   expired!   -         expired.   expired.   -          expired.   expired.   expired.   expired.   expired.   expired!   expired!   broken     expired.   expired.   expired.   expired.   expired!
broken       broken.     broken!    broken!    -         broken.    broken.    -          broken.    broken.    broken.    broken.    broken.    broken!    broken!    broken     broken.    broken.    broken.    broken.    broken.
`;

/** What a message means for an order in some state. */
export const orderVerdicts = closedSet("order verdict", "moves", "repeats", "contradicts", "notSent");
export type OrderVerdict = NameOf<typeof orderVerdicts>;

/** Codes in `orderNextStates` that depend on the order. */
export const restingCode = 254;
export const standingCode = 255;

const messageCount = orderMessages.names.length;
const stateNames: readonly string[] = orderStates.names;

/** State codes by state × message (`state * messageCount + message`); `restingCode` and `standingCode` among them. */
export const orderNextStates = new Uint8Array(orderStates.names.length * messageCount);
/** Codes of `orderVerdicts`, likewise. */
export const orderVerdictCodes = new Uint8Array(orderStates.names.length * messageCount);
readTable();

/** Index of a cell in the two arrays. */
export function lifeCell(state: number, message: number): number {
  return state * messageCount + message;
}

/** The state that a cell's code stands for, given whether anything is filled and whether a cancel was asked. */
export function settledState(code: number, filledQuantity: number, cancelAsked: boolean): number {
  if (code === standingCode && cancelAsked) return orderStates.code.cancelling;
  if (code === restingCode || code === standingCode)
    return filledQuantity > 0 ? orderStates.code.partlyFilled : orderStates.code.working;
  return code;
}

/** The state after a message, by name; for those who follow an order by its facts. */
export function nextOrderState(
  state: OrderState,
  message: OrderMessage,
  filledQuantity: number,
  cancelAsked: boolean,
): OrderState {
  const cell = lifeCell(orderStates.code[state], orderMessages.code[message]);
  return orderStates.name(settledState(orderNextStates[cell], filledQuantity, cancelAsked));
}

/** What a message means in a state, by name. */
export function orderVerdict(state: OrderState, message: OrderMessage): OrderVerdict {
  return orderVerdicts.name(orderVerdictCodes[lifeCell(orderStates.code[state], orderMessages.code[message])]);
}

function readTable(): void {
  const rows = table.trim().split("\n").slice(1);
  if (rows.length !== orderStates.names.length)
    throw new RangeError(`the order table has ${rows.length} rows, there are ${orderStates.names.length} states`);
  for (const row of rows) {
    const [name, ...cells] = row.trim().split(/\s+/);
    const state = stateNames.indexOf(name);
    if (state < 0 || cells.length !== messageCount)
      throw new RangeError(`the order table's row "${name}" has ${cells.length} cells, there are ${messageCount}`);
    cells.forEach((cell, message) => {
      const at = lifeCell(state, message);
      orderNextStates[at] = codeOf(cell.replace(/[.!]$/, ""), state);
      orderVerdictCodes[at] =
        cell === "-"
          ? orderVerdicts.code.notSent
          : cell.endsWith(".")
            ? orderVerdicts.code.repeats
            : cell.endsWith("!")
              ? orderVerdicts.code.contradicts
              : orderVerdicts.code.moves;
    });
  }
}

function codeOf(cell: string, state: number): number {
  if (cell === "-") return state;
  if (cell === "resting") return restingCode;
  if (cell === "standing") return standingCode;
  const code = stateNames.indexOf(cell);
  if (code < 0) throw new RangeError(`the order table names a state "${cell}"`);
  return code;
}

import { closedSet, type NameOf } from "./closed-set";
import { type ParentState, parentStates } from "./order";

/**
 * What moves a parent order: what its children do. `childSent`: one goes to a venue; `fill`, `bust`: one is filled, a fill
 * of one is taken back; `cancelling`: a cancel was asked for all that are open, `cancelRefused`: one of them goes on after
 * all; `childUnknown`: nobody can tell the fate of one, `childrenKnown`: of none any more; `childBack`: one that had ended
 * is alive; `childrenEnded`: none is open; `nothingSent`: the gate let none go.
 */
export const parentEvents = closedSet(
  "parent event",
  "childSent",
  "fill",
  "bust",
  "cancelling",
  "cancelRefused",
  "childUnknown",
  "childrenKnown",
  "childBack",
  "childrenEnded",
  "nothingSent",
);
export type ParentEvent = NameOf<typeof parentEvents>;

/**
 * The life of a parent: a row a state, a column an event, in the order of `parentEvents`. A cell is the state after it.
 * `standing` is what its open children make of it: unknown, else cancelling, else partlyFilled or working; `ended` is
 * filled with all that was wanted, cancelled with less. An exclamation mark is what a venue brings about by contradicting
 * itself, which the child's own life alerts: what it says happened is still booked. A dash cannot come about: it
 * changes nothing, and is alerted.
 */
const table = `
             childSent fill       bust       cancelling cancelRefused childUnknown childrenKnown childBack childrenEnded nothingSent
none         -         -          -          -          -             -            -             -         -             -
pending      standing  -          -          -          -             -            -             -         -             rejected
working      standing  standing   standing!  cancelling -             unknown      -             standing  ended         -
partlyFilled standing  standing   standing   cancelling -             unknown      -             standing  ended         -
cancelling   -         cancelling cancelling cancelling standing      unknown      -             standing  ended         -
unknown      -         unknown    unknown    -          -             unknown      standing      unknown   ended         -
filled       -         filled!    broken     -          -             -            -             standing  -             -
cancelled    -         cancelled! broken     -          -             -            -             standing  -             -
rejected     -         -          -          -          -             -            -             -         -             -
broken       -         broken!    broken     -          -             -            -             standing  -             -
`;

/** What an event means for a parent in some state. */
export const parentVerdicts = closedSet("parent verdict", "moves", "contradicts", "impossible");
export type ParentVerdict = NameOf<typeof parentVerdicts>;

/** Codes in `parentNextStates` that depend on the parent. */
const endedCode = 254;
const standingCode = 255;

const eventCount = parentEvents.names.length;
const stateNames: readonly string[] = parentStates.names;
const states = parentStates.code;

/** State codes by state × event (`state * eventCount + event`); `endedCode` and `standingCode` among them. */
export const parentNextStates = new Uint8Array(parentStates.names.length * eventCount);
/** Codes of `parentVerdicts`, likewise. */
export const parentVerdictCodes = new Uint8Array(parentStates.names.length * eventCount);
readTable();

/** Index of a cell in the two arrays. */
export function parentCell(state: number, event: number): number {
  return state * eventCount + event;
}

/**
 * The state that a cell's code stands for, given how much was wanted and is filled, and how many of the parent's children
 * are open, are being cancelled, and are of unknown fate.
 */
export function settledParentState(
  code: number,
  quantity: number,
  filledQuantity: number,
  openChildren: number,
  cancellingChildren: number,
  unknownChildren: number,
): number {
  if (code === endedCode) return filledQuantity >= quantity ? states.filled : states.cancelled;
  if (code !== standingCode) return code;
  if (unknownChildren > 0) return states.unknown;
  if (openChildren > 0 && cancellingChildren === openChildren) return states.cancelling;
  return filledQuantity > 0 ? states.partlyFilled : states.working;
}

/** What an event means in a state, by name. */
export function parentVerdict(state: ParentState, event: ParentEvent): ParentVerdict {
  return parentVerdicts.name(parentVerdictCodes[parentCell(states[state], parentEvents.code[event])]);
}

function readTable(): void {
  const rows = table.trim().split("\n").slice(1);
  if (rows.length !== stateNames.length)
    throw new RangeError(`the parent table has ${rows.length} rows, there are ${stateNames.length} states`);
  for (const row of rows) {
    const [name, ...cells] = row.trim().split(/\s+/);
    const state = stateNames.indexOf(name);
    if (state < 0 || cells.length !== eventCount)
      throw new RangeError(`the parent table's row "${name}" has ${cells.length} cells, there are ${eventCount}`);
    cells.forEach((cell, event) => {
      const at = parentCell(state, event);
      parentNextStates[at] = codeOf(cell.replace("!", ""), state);
      parentVerdictCodes[at] =
        cell === "-"
          ? parentVerdicts.code.impossible
          : cell.endsWith("!")
            ? parentVerdicts.code.contradicts
            : parentVerdicts.code.moves;
    });
  }
}

function codeOf(cell: string, state: number): number {
  if (cell === "-") return state;
  if (cell === "standing") return standingCode;
  if (cell === "ended") return endedCode;
  const code = stateNames.indexOf(cell);
  if (code < 0) throw new RangeError(`the parent table names a state "${cell}"`);
  return code;
}

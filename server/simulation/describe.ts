import { commandAnswers, commandKinds, scopes } from "../../domain/command";
import type { Fact } from "../../domain/facts";
import { alertCodes, feedStates, sessionStates } from "../../domain/health";
import { cancelCauses, sides } from "../../domain/order";
import { nsPerMillisecond, nsPerSecond } from "../../domain/time";
import { venueCountMax } from "../machine/channels";
import type { AimedDeath, Fault } from "./fault-plan";
import type { WorldResult } from "./world";

const startNs = 14 * 3_600 * nsPerSecond;
const lineNames = ["", "feed", "snapshot", "orders", "drop copy"];

/** A fault in words: when, what, where. */
export function describeFault(fault: Fault): string {
  const at = secondsText(fault.atNs);
  const until = "untilNs" in fault ? ` until ${secondsText(fault.untilNs)}` : "";
  switch (fault.kind) {
    case "loss":
    case "duplicates":
    case "reordering":
      return `${at} ${fault.kind} of ${Math.round(fault.share * 100)} % on venue ${fault.venue}'s feed${until}`;
    case "delay":
      return `${at} everything ${fault.delayNs / nsPerMillisecond} ms later${until}`;
    case "oneWayCut":
    case "lateFills":
      return `${at} nothing passes ${fault.way} on ${lineText(fault.channel)}${until}`;
    case "cut":
      return `${at} ${lineText(fault.channel)} is cut after ${fault.bytes} ${fault.within === undefined ? "more bytes" : `bytes of a ${fault.within}`} ${fault.way}`;
    case "lostAcknowledgement":
      return `${at} venue ${fault.venue} takes a message and its answer is lost`;
    case "venueRestart":
      return `${at} the exchange is away for ${downText(fault.downNs)}`;
    case "repeatedFills":
      return `${at} venue ${fault.venue} tells of its fill ${fault.back + 1} from the end ${fault.times} more times`;
    case "busts":
      return `${at} venue ${fault.venue} breaks its fill ${fault.back + 1} from the end`;
    case "halts":
      return `${at} trading in name ${fault.instrument} is halted${until}`;
    case "crosses":
      return `${at} name ${fault.instrument} is in a cross, and its orders cannot be cancelled${until}`;
    case "heldCancels": {
      const after = fault.aimed === null ? "" : `; ${aimedText(fault.aimed)}`;
      return `${at} name ${fault.instrument} is in a cross, and cancels of its orders wait for its end${until}${after}`;
    }
    case "withheldAnswers":
      return `${at} venue ${fault.venue} never gives ${fault.answers} answers: ${fault.of}`;
    case "clockJump":
      return `${at} our clock jumps by ${fault.byNs / nsPerSecond} s, the engine is away for ${downText(fault.downNs)}`;
    case "crash":
    case "tornWrite":
      return `${at} the engine dies (${fault.point}), away for ${downText(fault.downNs)}`;
    case "fullDisk":
      return `${at} no room for the logs, for ${downText(fault.downNs)}`;
    case "powerLoss":
      return `${at} power fails: the last ${downText(fault.inputsLostNs)} of inputs, ${downText(fault.factsLostNs)} of facts are lost`;
    case "commands":
      return `${at} command ${commandKinds.name(fault.command)} ${scopes.name(fault.scope)} ${fault.target}`;
  }
}

/** The last facts before a break, one line each; market data and marks left out. */
export function describeRecent(result: WorldResult, count: number): string[] {
  return result.recent
    .flatMap((fact) => {
      const words = describeFact(fact);
      return words === null ? [] : [`${secondsText(fact.timeNs - startNs)} #${fact.number} ${words}`];
    })
    .slice(-count);
}

function describeFact(fact: Fact): string | null {
  switch (fact.kind) {
    case "engineStarted":
      return `engine starts, epoch ${fact.epoch}`;
    case "engineStopped":
      return `engine stops, ${fact.ordersOpen} orders open`;
    case "command":
      return (
        `command ${commandKinds.name(fact.command)} ${scopes.name(fact.scope)} ${fact.target}: ` +
        commandAnswers.name(fact.answer)
      );
    case "kill":
      return `kill ${scopes.name(fact.scope)} ${fact.target}: ${fact.cancelled} of ${fact.orders} cancelled, ${fact.unknown} unknown`;
    case "orderSubmitted":
      return (
        `order ${fact.order} (parent ${fact.parent}, strategy ${fact.strategy}) to venue ${fact.venue} as ` +
        `${fact.userReference}: ${sides.name(fact.side)} ${fact.quantity} of name ${fact.instrument} at ${fact.price}`
      );
    case "orderAccepted":
      return `order ${fact.order} accepted, ${fact.quantity} at ${fact.price}`;
    case "orderRejected":
      return `order ${fact.order} rejected, code ${fact.code}`;
    case "orderReplaceSent":
      return `order ${fact.order} to be replaced as ${fact.userReference}: ${fact.quantity} at ${fact.price}`;
    case "orderReplaced":
      return `order ${fact.order} is now ${fact.userReference}: ${fact.quantity} at ${fact.price}`;
    case "orderCancelSent":
      return `order ${fact.order} to be cancelled (${cancelCauses.name(fact.cause)})`;
    case "orderCancelled":
      return `order ${fact.order} loses ${fact.quantity}, ${fact.leavesQuantity} left`;
    case "orderRestated":
      return `order ${fact.order} is moved by its venue, ${fact.leavesQuantity} at ${fact.price}`;
    case "orderAbandoned":
    case "orderLost":
      return `order ${fact.order} never reached the venue`;
    case "fill":
      return (
        `fill ${fact.fill} of order ${fact.order}: ${fact.quantity} at ${fact.price} by ` +
        `${fact.source === 0 ? "order session" : "drop copy"}, ${fact.leavesQuantity} left, position ${fact.positionQuantity}`
      );
    case "fillBroken":
      return `fill ${fact.fill} of order ${fact.order} is broken`;
    case "feedState":
      return `feed of venue ${fact.venue} is ${feedStates.name(fact.state)}`;
    case "sessionState":
      return `${fact.session === 0 ? "order session" : "drop copy"} of venue ${fact.venue} is ${sessionStates.name(fact.state)}`;
    case "alert":
      return `alert ${alertCodes.name(fact.code)}: target ${fact.target}, ${fact.value}, limit ${fact.limit}`;
    default:
      return null;
  }
}

function aimedText(death: AimedDeath): string {
  return death.of === "line"
    ? `venue ${death.venue}'s order line is cut after ${death.bytes} bytes of a ${death.within}`
    : `the engine dies hearing a ${death.within} of venue ${death.venue}, away for ${downText(death.downNs)}`;
}

function secondsText(ns: number): string {
  return `${(ns / nsPerSecond).toFixed(3)} s`;
}

function downText(ns: number): string {
  return `${(ns / nsPerSecond).toFixed(1)} s`;
}

function lineText(channel: number): string {
  const venue = channel & (venueCountMax - 1);
  return `venue ${venue}'s ${lineNames[(channel - venue) / venueCountMax]} line`;
}

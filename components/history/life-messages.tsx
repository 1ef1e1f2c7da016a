import { formatQuantity, formatRatio } from "@/components/format/numbers";
import { wordsOf } from "@/components/format/words";
import type { Names } from "@/components/terminal/use-reference";
import type { OrderEvent, OrderEventKind, OrderLife } from "@/protocol/history";
import { LifeBookLine } from "./life-book";
import { clock, Section } from "./life-lines";

const eventText: Readonly<Record<OrderEventKind, string>> = {
  submitted: "→ Order sent",
  accepted: "← Accepted",
  rejected: "← Rejected",
  replaceSent: "→ Replace sent",
  replaced: "← Replaced",
  replaceRejected: "← Replace refused",
  cancelSent: "→ Cancel sent",
  cancelPending: "← Cancel will follow",
  cancelRejected: "← Cancel refused",
  cancelled: "← Cancelled",
  unknown: "? Fate unknown",
  confirmed: "← Known to the venue",
  lost: "← Never seen by the venue",
  fill: "← Fill",
  fillBroken: "← Fill taken back",
  restated: "← Moved by the venue",
  abandoned: "? Its day ended, fate unknown",
};

/** Kinds whose detail is a name of ours; the others' are a venue's code and what it means. */
const ownWords: ReadonlySet<OrderEventKind> = new Set(["cancelSent", "unknown"]);

/** Every message to and from the venue, each with its times and the book of that instant. */
export function LifeMessages({
  life,
  names,
  price,
}: {
  life: OrderLife;
  names: Names;
  price: (units: number) => string;
}) {
  return (
    <Section title="Messages">
      <ol>
        {life.events.map((event) => (
          <Message key={event.factNumber} event={event} life={life} names={names} price={price} />
        ))}
      </ol>
    </Section>
  );
}

function Message({
  event,
  life,
  names,
  price,
}: {
  event: OrderEvent;
  life: OrderLife;
  names: Names;
  price: (units: number) => string;
}) {
  const { quantity, leavesQuantity, venueTimeNs, detail, kind, book } = event;
  const parts = [
    quantity === null ? "" : formatQuantity(quantity),
    event.price === null ? "" : `at ${price(event.price)}`,
    leavesQuantity === null ? "" : `leaves ${formatQuantity(leavesQuantity)}`,
    detail === null || kind === "accepted" || kind === "fill" ? "" : ownWords.has(kind) ? wordsOf(detail) : detail,
  ];
  return (
    <li data-testid={`life-${kind}`} className="border-b border-line/40 px-3 py-1.5 last:border-0">
      <div className="flex items-baseline gap-2">
        <span className="font-medium">{eventText[kind]}</span>
        <span className="numeric min-w-0 flex-1 truncate">{parts.filter((part) => part !== "").join(" ")}</span>
        <span className="numeric shrink-0 text-muted">
          +{formatRatio((event.timeNs - life.submittedNs) / 1e6, 3)} ms
        </span>
      </div>
      <div className="mt-0.5 flex gap-3 text-[10.5px] text-muted">
        <span>
          here <span className="numeric">{clock(event.timeNs)}</span>
        </span>
        {venueTimeNs !== null && (
          <span>
            venue <span className="numeric">{clock(venueTimeNs)}</span>
          </span>
        )}
        {detail !== null && (kind === "accepted" || kind === "fill") && (
          <span className="truncate">
            {kind === "fill" ? "match" : "reference"} <span className="numeric">{detail}</span>
          </span>
        )}
      </div>
      {book !== null && <LifeBookLine book={book} venue={life.venue} names={names} price={price} />}
    </li>
  );
}

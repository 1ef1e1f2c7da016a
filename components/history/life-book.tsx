import { formatQuantity } from "@/components/format/numbers";
import type { Names } from "@/components/terminal/use-reference";
import type { LifeBook, LifeLevels, LifeQuote } from "@/protocol/history";

/**
 * The market at the instant of a message: the best prices over all venues in one line, and behind it the levels of
 * the order's own venue.
 */
export function LifeBookLine({
  book,
  venue,
  names,
  price,
}: {
  book: LifeBook;
  venue: number;
  names: Names;
  price: (units: number) => string;
}) {
  const { bid, ask, bids, asks } = book;
  const at = (quote: LifeQuote | null) => (quote === null ? "" : names.venue(quote.venue));
  return (
    <details data-testid="life-book" className="group/book mt-0.5 text-[10.5px] text-muted">
      <summary className="numeric flex cursor-pointer list-none items-baseline gap-1.5 rounded-sm hover:text-text">
        <span aria-hidden className="w-2 text-faint group-open/book:rotate-90">
          ▸
        </span>
        <span className="font-sans">book</span>
        <span data-testid="life-book-best">
          <span className="text-buy">
            {bid === null ? "no bid" : `${formatQuantity(bid.quantity)} × ${price(bid.price)}`}
          </span>
          {" / "}
          <span className="text-sell">
            {ask === null ? "no offer" : `${price(ask.price)} × ${formatQuantity(ask.quantity)}`}
          </span>
        </span>
        <span className="truncate font-sans text-faint">
          {at(bid) === at(ask) ? at(bid) : [at(bid), at(ask)].filter((name) => name !== "").join(" / ")}
        </span>
      </summary>
      <table className="numeric mt-1 mb-1 w-full table-fixed" data-testid="life-book-levels">
        <caption className="pb-0.5 text-left font-sans text-faint">
          {bids.length === 0 && asks.length === 0
            ? `${names.venue(venue)} showed nothing, or its data was not live`
            : `${names.venue(venue)}, best ${Math.max(bids.length, asks.length)} levels`}
        </caption>
        <thead className="sr-only">
          <tr>
            <th>Bid quantity</th>
            <th>Bid</th>
            <th>Offer</th>
            <th>Offer quantity</th>
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: Math.max(bids.length, asks.length) }, (_, level) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a level is its place
            <tr key={level}>
              <Cell levels={bids} level={level} part={1} text={formatQuantity} look="" />
              <Cell levels={bids} level={level} part={0} text={price} look="text-buy" />
              <Cell levels={asks} level={level} part={0} text={price} look="text-sell" />
              <Cell levels={asks} level={level} part={1} text={formatQuantity} look="" />
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Cell({
  levels,
  level,
  part,
  text,
  look,
}: {
  levels: LifeLevels;
  level: number;
  part: 0 | 1;
  text: (value: number) => string;
  look: string;
}) {
  const value = levels[level]?.[part];
  return <td className={`px-2 text-right ${look}`}>{value === undefined ? "" : text(value)}</td>;
}

import { MarketWall } from "@/components/markets/market-wall";

/** The markets wall: many symbols at once. */
export default function Page() {
  return <MarketWall />;
}

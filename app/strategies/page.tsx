import { StrategyCards } from "@/components/strategy/strategy-cards";

/** Every strategy of the desk. */
export default function Page() {
  return <StrategyCards />;
}

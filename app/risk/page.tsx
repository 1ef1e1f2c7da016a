import { RiskPage } from "@/components/risk/risk-page";

/** Limits, refusals, modes, kills and message rates. */
export default function Page() {
  return <RiskPage />;
}

import { PairsMap } from "@/components/pairs/pairs-map";

/** The pairs map: every pair at a glance. */
export default function Page() {
  return <PairsMap />;
}

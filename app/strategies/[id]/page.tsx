import { notFound } from "next/navigation";
import { StrategyPage } from "@/components/strategy/strategy-page";

/** One strategy. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!/^\d{1,5}$/.test(id)) notFound();
  return <StrategyPage id={Number(id)} />;
}

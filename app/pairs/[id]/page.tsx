import { notFound } from "next/navigation";
import { PairPage } from "@/components/pairs/pair-page";

/** One pair. */
export default async function Page({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!/^\d{1,5}$/.test(id)) notFound();
  return <PairPage pair={Number(id)} />;
}

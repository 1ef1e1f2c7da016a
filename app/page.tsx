import { DeskPage } from "@/components/terminal/desk-page";

/** The desk: monitor, approve, kill. */
export default function Page() {
  return <DeskPage />;
}

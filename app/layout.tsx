import "@fontsource-variable/geist";
import "@fontsource-variable/geist-mono";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { Shell } from "@/components/terminal/shell";

export const metadata: Metadata = {
  title: "Heliograph",
  description: "Watch the market, approve strategies, kill them, review what they did.",
  icons: { icon: "/icon.svg" },
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, themeColor: "#0a0d12" };

/** Puts the chosen theme and colours on the page before anything is painted. */
const themeScript = `try{const d=document.documentElement.dataset,c=localStorage.getItem("heliograph.colours");if(localStorage.getItem("heliograph.theme")==="light")d.theme="light";if(c==="green-up"||c==="red-up")d.colours=c}catch{}`;

/** The same build serves a live desk and a replay: which one is known when a page is asked for. */
export const dynamic = "force-dynamic";

export default function RootLayout({ children }: { children: ReactNode }) {
  const mode = process.env.HELIOGRAPH_MODE === "replay" ? "replay" : "simulated";
  return (
    <html lang="en" data-theme="dark" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of this file, needed before first paint */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
      </head>
      <body>
        <Shell mode={mode}>{children}</Shell>
      </body>
    </html>
  );
}

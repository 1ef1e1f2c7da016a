import { useSyncExternalStore } from "react";

/** From this width on, in pixels, the desk is a dock; below, one column to monitor, approve and kill. */
export const wideScreenPixels = 900;

const query = `(width >= ${wideScreenPixels}px)`;

function subscribe(listener: () => void): () => void {
  const media = matchMedia(query);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}

/** Whether the screen is wide; null where that is not known yet, on the server. */
export function useWideScreen(): boolean | null {
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(query).matches,
    () => null,
  );
}

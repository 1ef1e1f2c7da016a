"use client";

import { useCallback } from "react";
import { toast } from "sonner";
import { replyTitle } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import type { Order } from "@/components/live/live-desk";
import type { CommandReply } from "@/protocol/topics";

/** Whether a text says what a title says, but for the word of the scope. */
function repeats(title: string, text: string): boolean {
  const plain = (words: string) => words.toLowerCase().replace(/\b(strategy|pair|venue|order|limit) /g, "");
  return plain(title) === plain(text);
}

/** Sends a command and tells its answer in a toast. `subject` names the target for people. */
export function useCommand(): (order: Order, subject: string) => Promise<CommandReply> {
  const live = useLive();
  return useCallback(
    async (order, subject) => {
      const reply = await live.command(order);
      const title = replyTitle(reply, subject);
      const says = repeats(title, reply.text) ? "" : reply.text;
      const options = says === "" ? {} : { description: says };
      if (reply.answer === "done") toast.success(title, options);
      else if (reply.answer === "alreadySo") toast.info(title, options);
      else toast.error(title, { ...options, duration: 12_000 });
      return reply;
    },
    [live],
  );
}

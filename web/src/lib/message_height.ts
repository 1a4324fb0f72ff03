/** How high a message will about be, so that the scroll bar is right before it was ever drawn. */
import type { ChatMessage } from "./types";

const LINE = 27;
const AROUND = { user: 64, assistant: 84 };

/** Pixels; `columns` is how many characters fit into a line. */
export function messageHeight(message: Pick<ChatMessage, "role" | "content">, columns: number): number {
  let lines = 0;
  for (const line of message.content.split("\n", 2000)) lines += Math.ceil(line.length / columns) || 0.5;
  return Math.round(lines * LINE) + (message.role === "user" ? AROUND.user : AROUND.assistant);
}

/** Keys that work everywhere beside the chats. */

export type ShortcutName = "new" | "search" | "focus" | "sidebar" | "commands" | "list" | "code";

const mac = /Mac|iPhone|iPad/.test(navigator.platform);
const meta = mac ? "⌘" : "Ctrl";

export const shortcuts: { name: ShortcutName; keys: string }[] = [
  { name: "new", keys: `${meta} Shift O` },
  { name: "search", keys: `${meta} K` },
  { name: "sidebar", keys: `${meta} Shift S` },
  { name: "focus", keys: "Shift Esc" },
  { name: "commands", keys: "/" },
  { name: "list", keys: `${meta} /` },
  { name: "code", keys: "Esc Tab" },
];

export function shortcutOf(event: KeyboardEvent): ShortcutName | null {
  const command = mac ? event.metaKey : event.ctrlKey;
  const key = event.key.toLowerCase();
  if (event.shiftKey && key === "escape") return "focus";
  if (!command || event.altKey) return null;
  if (key === "/") return "list";
  if (event.shiftKey) return key === "o" ? "new" : key === "s" ? "sidebar" : null;
  return key === "k" ? "search" : null;
}

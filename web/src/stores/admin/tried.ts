/** What functions were tried with, by function: kept in this browser. */
import { session } from "../session.svelte";

export interface Tried {
  hook: string;
  sub: string;
  model: string;
  messages: { role: string; content: string }[];
  eventName: string;
  more: string;
}

const place = (key: string) => `penstock.try:${session.user?.id}:${key}`;
const MOST = 200_000;

export function keepTried(key: string, tried: Tried): void {
  const said = JSON.stringify(tried);
  try {
    if (said.length <= MOST) localStorage.setItem(place(key), said);
  } catch {
    // The browser has no room; it is only a convenience.
  }
}

export function triedBefore(key: string): Partial<Tried> {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place(key)) ?? "{}");
    return found !== null && typeof found === "object" ? found : {};
  } catch {
    return {};
  }
}

/** What a script may know of the page: its language, its look, and where its server is, which it may not call. */
import { seedStorage } from "./storage";
import { instead, tell } from "./tell";

export interface PageFacts {
  lang: string;
  locale: string;
  theme: "light" | "dark";
  origin: string;
  /** The sentence of the error for who calls the server. */
  refusal: string;
}

export function takeOver({ lang, locale, theme, origin, refusal }: PageFacts): void {
  const root = document.documentElement;
  root.lang = lang;
  root.dataset.theme = theme;
  root.classList.toggle("dark", theme === "dark");
  seedStorage({ locale, theme });
  followTheme(theme);
  keepFromServer(origin, refusal);
  instead(window, "open", (url: unknown = "") => {
    tell({ type: "penstock:open", url: String(url) });
    return null;
  });
}

function followTheme(theme: string): void {
  const match = window.matchMedia.bind(window);
  instead(window, "matchMedia", (query: string) => {
    const asked = /^\(prefers-color-scheme:\s*(dark|light)\)$/.exec(query.trim())?.[1];
    const found = match(query);
    if (asked) instead(found, "matches", asked === theme);
    return found;
  });
}

function keepFromServer(origin: string, refusal: string): void {
  const refused = (url: unknown) => {
    const address = url instanceof Request ? url.url : String(url);
    const isServers = new URL(address, `${origin}/`).origin === origin && !/^(blob|data):/.test(address);
    if (isServers) tell({ type: "penstock:refused", url: address });
    return isServers;
  };
  const call = window.fetch.bind(window);
  instead(window, "fetch", (url: RequestInfo | URL, options?: RequestInit) =>
    refused(url) ? Promise.reject(new Error(refusal)) : call(url, options),
  );
  const open = XMLHttpRequest.prototype.open as (...values: unknown[]) => void;
  instead(
    XMLHttpRequest.prototype,
    "open",
    function (this: XMLHttpRequest, method: string, url: unknown, ...more: unknown[]) {
      if (refused(url)) throw new Error(refusal);
      open.call(this, method, url, ...more);
    },
  );
}

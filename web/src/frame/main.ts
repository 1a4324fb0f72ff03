/** Inside `/embed/frame`: shows an author's HTML, or runs a function's script, without the page's origin. */
import { runScript } from "$lib/script";
import { offerClipboard } from "./clipboard";
import { offerDownloads } from "./downloads";
import { takeOver, type PageFacts } from "./page_facts";
import { watchCover, watchHeight } from "./size";
import { offerStorage } from "./storage";
import { tell } from "./tell";

const FOR_THE_PAGE = new Set(["input:prompt", "input:prompt:submit", "action:submit"]);

interface Order {
  type?: string;
  id?: unknown;
  html?: unknown;
  theme?: string;
  code?: unknown;
  page?: PageFacts;
}

function show({ html, theme }: Order): void {
  const text = String(html ?? "");
  document.open();
  document.write(/^\s*(<!--[\s\S]*?-->\s*)*<!doctype/i.test(text) ? text : `<!doctype html>${text}`);
  document.close();
  listen();
  if (theme) document.documentElement.style.colorScheme = theme;
  watchHeight();
}

async function execute({ id, code, page }: Order): Promise<void> {
  if (page) {
    offerDownloads();
    takeOver(page);
  }
  watchCover();
  const outcome = await runScript(String(code));
  tell({ type: "penstock:executed", id, ...outcome });
}

function listen(): void {
  window.addEventListener("message", (event: MessageEvent<Order | null>) => {
    const order = event.data;
    if (!order || typeof order !== "object") return;
    if (event.source === window && FOR_THE_PAGE.has(String(order.type)))
      tell({ ...order, type: String(order.type) });
    if (event.source !== window.parent) return;
    if (order.type === "penstock:html") show(order);
    if (order.type === "penstock:execute") void execute(order);
  });
}

offerStorage();
offerClipboard();
listen();
tell({ type: "penstock:ready" });

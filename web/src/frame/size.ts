/** How tall the document is, and what lies over the page. */
import { tell } from "./tell";

let last = 0;
let covers = "none";

function measure(): void {
  const root = document.documentElement as HTMLElement | null;
  if (!root) return;
  const body = document.body as HTMLElement | null;
  const height = Math.ceil(Math.max(root.getBoundingClientRect().height, body ? body.scrollHeight : 0));
  if (height === last) return;
  last = height;
  tell({ type: "iframe:height", height });
}

export function watchHeight(): void {
  last = 0;
  const observer = new ResizeObserver(measure);
  observer.observe(document.documentElement);
  const body = () => {
    if (document.body as HTMLElement | null) observer.observe(document.body);
    measure();
  };
  body();
  window.addEventListener("load", body);
}

/** What a script lays over the page has no part in the height of its document. */
export function watchCover(): void {
  const changes = {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ["style", "class", "hidden", "open"],
  };
  new MutationObserver(look).observe(document.documentElement, changes);
}

function look(): void {
  let found = "none";
  for (const element of document.body?.children ?? []) {
    const { position, display, visibility, opacity } = getComputedStyle(element);
    if (position !== "fixed" || display === "none" || visibility === "hidden" || opacity === "0") continue;
    const { width, height } = element.getBoundingClientRect();
    if (width > 1 && height > 1 && found !== "all")
      found = width * height * 2 > innerWidth * innerHeight ? "all" : "part";
  }
  if (found === covers) return;
  covers = found;
  tell({ type: "penstock:overlay", covers });
}

/** The address bar as state. Paths only: what a view filters by lives in its store. */

class Router {
  path = $state(location.pathname);
  search = $state(location.search);

  get segments(): string[] {
    return this.path.split("/").filter(Boolean).map(decodeURIComponent);
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.search);
  }

  start(): () => void {
    const read = () => this.#read();
    const click = (event: MouseEvent) => this.#followLink(event);
    addEventListener("popstate", read);
    document.addEventListener("click", click);
    return () => {
      removeEventListener("popstate", read);
      document.removeEventListener("click", click);
    };
  }

  go(to: string, { replace = false } = {}): void {
    if (to !== location.pathname + location.search)
      history[replace ? "replaceState" : "pushState"]({}, "", to);
    this.#read();
  }

  #read(): void {
    this.path = location.pathname;
    this.search = location.search;
  }

  /** Plain clicks on links of this page stay on this page. */
  #followLink(event: MouseEvent): void {
    if (
      event.defaultPrevented ||
      event.button ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element | null)?.closest?.("a[href]");
    if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute("download")) return;
    const url = new URL(link.href);
    if (url.origin !== location.origin || /^\/(api|embed|ws)\//.test(url.pathname)) return;
    event.preventDefault();
    this.go(url.pathname + url.search);
  }
}

export const router = new Router();
export const go = (to: string, options?: { replace?: boolean }) => router.go(to, options);

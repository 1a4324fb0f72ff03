/** The address bar as state. Paths only: what a view filters by lives in its store. */

class Router {
  path = $state(location.pathname);
  search = $state(location.search);
  /** Goes up with every other page that is shown; what is shown may get another address and stay. */
  visit = $state(0);
  /** Asked before another page is shown; who answers false stays, and may go on later. */
  guard: ((to: string) => boolean) | null = null;

  get segments(): string[] {
    return this.path.split("/").filter(Boolean).map(decodeURIComponent);
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.search);
  }

  start(): () => void {
    const read = () => this.#travel();
    const click = (event: MouseEvent) => this.#followLink(event);
    addEventListener("popstate", read);
    document.addEventListener("click", click);
    return () => {
      removeEventListener("popstate", read);
      document.removeEventListener("click", click);
    };
  }

  /** `stay`: it is the same page, which has another address from now on. */
  go(to: string, { replace = false, stay = false } = {}): void {
    if (!replace && to.split(/[?#]/)[0] !== this.path && this.guard?.(to) === false) return;
    if (to !== location.pathname + location.search)
      history[replace ? "replaceState" : "pushState"]({}, "", to);
    this.#read(stay);
  }

  /** The browser's own buttons have already changed the address. */
  #travel(): void {
    const to = location.pathname + location.search;
    if (location.pathname === this.path || this.guard?.(to) !== false) this.#read();
    else history.pushState({}, "", this.path + this.search);
  }

  #read(stay = false): void {
    if (location.pathname !== this.path && !stay) this.visit += 1;
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
    if (url.hash && url.pathname === location.pathname) return;
    if (url.origin !== location.origin || /^\/(api|embed|ws)\//.test(url.pathname)) return;
    event.preventDefault();
    this.go(url.pathname + url.search + url.hash);
  }
}

export const router = new Router();
export const go = (to: string, options?: { replace?: boolean; stay?: boolean }) => router.go(to, options);

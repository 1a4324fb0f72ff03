/** One tip for the whole page: a message alone has a dozen buttons that have one. */

export interface Tip {
  text: string;
  x: number;
  y: number;
  side: string;
}

const DELAY = 350;
const GAP = 7;

class Tips {
  current = $state.raw<Tip | null>(null);
  #target: Element | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What the pointer or the focus has come to. */
  enter(element: EventTarget | null, atOnce = false): void {
    const target = element instanceof Element ? element.closest("[data-tip]") : null;
    if (target === this.#target) return;
    const warm = this.current !== null;
    this.leave();
    if (!target) return;
    this.#target = target;
    this.#timer = setTimeout(() => this.#show(target), atOnce || warm ? 0 : DELAY);
  }

  leave(): void {
    clearTimeout(this.#timer);
    this.#target = null;
    this.current = null;
  }

  #show(target: Element): void {
    const text = target.getAttribute("data-tip");
    if (!text || !target.isConnected) return;
    this.current = {
      text,
      ...placed(target.getBoundingClientRect(), target.getAttribute("data-tip-side") ?? "top"),
    };
  }
}

function placed(box: DOMRect, wanted: string): Omit<Tip, "text"> {
  const side = wanted === "top" && box.top < 44 ? "bottom" : wanted;
  const [middleX, middleY] = [box.left + box.width / 2, box.top + box.height / 2];
  if (side === "left") return { side, x: box.left - GAP, y: middleY };
  if (side === "right") return { side, x: box.right + GAP, y: middleY };
  return { side, x: middleX, y: side === "bottom" ? box.bottom + GAP : box.top - GAP };
}

export const tips = new Tips();

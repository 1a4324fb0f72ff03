/** Tells when an element comes near the part of its list that is on screen, so that it is drawn before it is seen. */

const MARGIN = "1000px 0px";

export class Nearness {
  #observer: IntersectionObserver | null = null;
  #calls = new WeakMap<Element, () => void>();

  /** Calls once. */
  watch(element: Element, call: () => void): () => void {
    this.#observer ??= new IntersectionObserver((entries) => this.#tell(entries), {
      root: element.closest("[data-scroller]"),
      rootMargin: MARGIN,
    });
    this.#calls.set(element, call);
    this.#observer.observe(element);
    return () => this.#observer?.unobserve(element);
  }

  end(): void {
    this.#observer?.disconnect();
  }

  #tell(entries: IntersectionObserverEntry[]): void {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#observer?.unobserve(target);
      this.#calls.get(target)?.();
    }
  }
}

/** The one way out of the frame: a message to the page, which decides what to do about it. */
export function tell(message: { type: string; [field: string]: unknown }): void {
  window.parent.postMessage(message, "*");
}

/** Puts a stand-in where the browser has its own. */
export function instead(owner: object, name: string, value: unknown): void {
  Object.defineProperty(owner, name, { value, configurable: true, writable: true });
}

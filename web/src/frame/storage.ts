import { instead } from "./tell";

/** A frame without an origin may not touch the stores of the browser: it gets one of its own, that it takes with it. */
class Kept {
  [key: string]: unknown;
  getItem(key: string) {
    return Object.hasOwn(this, key) ? this[key] : null;
  }
  setItem(key: string, value: unknown) {
    this[key] = String(value);
  }
  removeItem(key: string) {
    delete this[key];
  }
  clear() {
    for (const key of Object.keys(this)) delete this[key];
  }
  key(index: number) {
    return Object.keys(this)[index] ?? null;
  }
  get length() {
    return Object.keys(this).length;
  }
}

export function offerStorage(): void {
  for (const name of ["localStorage", "sessionStorage"]) instead(window, name, new Kept());
}

export function seedStorage(values: Record<string, string>): void {
  for (const [key, value] of Object.entries(values)) localStorage.setItem(key, value);
}

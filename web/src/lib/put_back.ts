/** Puts an item back to where it was in a list, which may have changed meanwhile. */
export function putBack<T extends { id: string }>(now: T[], before: T[], id: string): T[] {
  const place = before.findIndex((item) => item.id === id);
  const item = before[place];
  return item && !now.some((other) => other.id === id) ? now.toSpliced(place, 0, item) : now;
}

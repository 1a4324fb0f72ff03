/** Whether a text leads to another page, and to nothing that a browser would run or stumble over. */
export function isWebAddress(value: unknown): value is string {
  return typeof value === "string" && /^https?:\/\//i.test(value) && URL.canParse(value);
}

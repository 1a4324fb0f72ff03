/** Numbers and times as people read them. */

const UNITS = ["B", "kB", "MB", "GB"];

export function bytes(count: number | undefined): string {
  if (count === undefined || !Number.isFinite(count)) return "";
  let value = count;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

export function clockTime(seconds: number | undefined): string {
  if (!seconds) return "";
  const when = new Date(seconds * 1000);
  const today = when.toDateString() === new Date().toDateString();
  return when.toLocaleString(undefined, {
    ...(today ? {} : { day: "numeric", month: "short" }),
    hour: "2-digit",
    minute: "2-digit",
  });
}

/** Work at most once per animation frame; in a hidden tab, where there are no frames, a few times a second. */
export function perFrame(work: () => void): () => void {
  let asked = false;
  const run = () => {
    asked = false;
    work();
  };
  return () => {
    if (asked) return;
    asked = true;
    if (document.hidden) setTimeout(run, 120);
    else requestAnimationFrame(run);
  };
}

/** Work that may wait until nothing else is to do. */
export function whenIdle(work: () => void): void {
  if ("requestIdleCallback" in window) requestIdleCallback(work, { timeout: 4000 });
  else setTimeout(work, 1500);
}

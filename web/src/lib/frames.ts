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

/** Reads at once and then again and again, but only while somebody can see it. Returns how to stop. */
export function refreshing(read: () => Promise<void>, pause: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  async function turn(): Promise<void> {
    if (!document.hidden) await read();
    if (!stopped) timer = setTimeout(turn, pause);
  }

  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

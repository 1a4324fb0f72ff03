/** Icons that authors give: only data and this server's own files are loaded. */
export function loadableIcon(url: string | undefined | null): string | null {
  if (!url) return null;
  if (/^data:image\//i.test(url)) return url;
  return url.startsWith("/") && !url.startsWith("//") ? url : null;
}

export const isVector = (url: string): boolean => /^data:image\/svg|\.svg(\?|$)/i.test(url);

/** Hands a text, or what stands at an address, to the browser's downloads. */
export function saveAs(name: string, content: string, type = "text/plain", url = ""): boolean {
  if (!url) return saveBlob(name, new Blob([content], { type: `${type};charset=utf-8` }));
  if (!/^(https?:|data:|blob:|\/)/.test(url)) return false;
  follow(name, url);
  return true;
}

export function saveBlob(name: string, blob: Blob): boolean {
  const url = URL.createObjectURL(blob);
  follow(name, url);
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return true;
}

function follow(name: string, url: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

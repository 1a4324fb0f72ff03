/** Hands a text, or what stands at an address, to the browser's downloads. */
export function saveAs(name: string, content: string, type = "text/plain", url = ""): boolean {
  const link = document.createElement("a");
  const own = url ? "" : URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  if (url && !/^(https?:|data:|blob:|\/)/.test(url)) return false;
  link.href = url || own;
  link.download = name;
  link.click();
  if (own) setTimeout(() => URL.revokeObjectURL(own), 10_000);
  return true;
}

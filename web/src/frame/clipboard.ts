/** Copying: by the frame where the browser lets it, else by the page. */
import { instead, tell } from "./tell";

export function offerClipboard(): void {
  const own = navigator.clipboard as Clipboard | undefined;
  const target = own ?? {};
  if (!own) instead(navigator, "clipboard", target);
  instead(target, "writeText", (text: unknown) => {
    const ask = () => tell({ type: "penstock:copy", text: String(text) });
    return own ? Clipboard.prototype.writeText.call(own, String(text)).catch(ask) : Promise.resolve(ask());
  });
  instead(target, "write", async (items: ClipboardItem[]) => {
    for (const item of items) {
      const kind = item.types.find((type) => type.startsWith("text/plain")) ?? item.types[0];
      if (kind) tell({ type: "penstock:copy", blob: await item.getType(kind) });
    }
  });
  const execute = Document.prototype.execCommand;
  instead(Document.prototype, "execCommand", function (this: Document, command: string, ...more: never[]) {
    if (execute.call(this, command, ...more)) return true;
    if (String(command).toLowerCase() !== "copy") return false;
    const text = selected(this);
    if (text) tell({ type: "penstock:copy", text });
    return text !== "";
  });
}

function selected(document: Document): string {
  const field = document.activeElement;
  if (field instanceof HTMLTextAreaElement || field instanceof HTMLInputElement)
    return field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? field.value.length);
  return String(document.getSelection() ?? "");
}

/** What can be done with a chat as a whole: the same in the list and above the chat. */
import FileBraces from "@lucide/svelte/icons/file-braces";
import FileText from "@lucide/svelte/icons/file-text";
import Share2 from "@lucide/svelte/icons/share-2";
import type { MenuItem } from "$components/Menu.svelte";
import { texts } from "$lib/texts";
import { exchange } from "$stores/exchange.svelte";
import { sharing } from "$stores/sharing.svelte";

export function fileItems(chat: { id: string; title: string }): MenuItem[] {
  const { json, markdown } = texts.chat.exchange;
  return [
    {
      label: texts.chat.share.action,
      icon: Share2,
      separated: true,
      run: () => sharing.ask(chat.id, chat.title),
    },
    { label: json, icon: FileBraces, run: () => exchange.exportOne(chat.id, "json") },
    { label: markdown, icon: FileText, run: () => exchange.exportOne(chat.id, "markdown") },
  ];
}

import { composer, focusIfLost } from "$lib/focus";
import { texts } from "$lib/texts";
import { confirm } from "$stores/confirmation.svelte";
import { messages } from "$stores/messages.svelte";

export async function askToDelete(id: string): Promise<void> {
  const { deleteTitle: title, deleteBody: body } = texts.chat.message;
  if (!(await confirm({ title, body, action: texts.shared.delete, danger: true }))) return;
  await messages.remove(id);
  await focusIfLost(composer);
}

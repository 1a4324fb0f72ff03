/** Where the focus goes when what had it goes away: nobody should have to begin again at the top. */
import { tick } from "svelte";

export const composer = () => document.getElementById("chat-input");
export const content = () => document.getElementById("content");

/** What comes in with a movement cannot take the focus in its first frame. */
const FRAMES = 4;

export async function focusIfLost(find: () => HTMLElement | null | undefined): Promise<void> {
  await tick();
  for (let frame = 0; frame < FRAMES && isLost(); frame++) {
    find()?.focus();
    if (isLost()) await new Promise(requestAnimationFrame);
  }
}

function isLost(): boolean {
  const { activeElement } = document;
  return !activeElement || activeElement === document.body || activeElement.closest("[inert]") !== null;
}

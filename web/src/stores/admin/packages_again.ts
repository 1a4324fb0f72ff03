import { functionsApi } from "../../admin/api";
import type { FunctionEditor } from "./editor.svelte";

/** Tries again to install what this machine lacks; false when it was given up. */
export async function installPackages(editor: FunctionEditor): Promise<boolean> {
  try {
    editor.item = await editor.work.run((following) => functionsApi.installPackages(editor.id, following));
    return true;
  } catch (error) {
    if (editor.work.givenUp) return false;
    await editor.refresh();
    throw error;
  }
}

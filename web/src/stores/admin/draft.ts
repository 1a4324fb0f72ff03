/** A source on its way into the editor: from a file, from an address. Nothing of it is saved yet. */

export interface Draft {
  content: string;
  fileName: string;
  originUrl: string;
  /** sha256 of what the address held. */
  originHash: string;
}

let waiting: Draft | null = null;

export function leaveDraft(draft: Draft): void {
  waiting = draft;
}

export function takeDraft(): Draft | null {
  const draft = waiting;
  waiting = null;
  return draft;
}

/** "Are you sure?" as a promise: `if (await confirm({...})) ...`. */

export interface Confirmation {
  title: string;
  body?: string;
  action: string;
  danger?: boolean;
}

class Confirmations {
  current = $state<Confirmation | null>(null);
  #settle: (answer: boolean) => void = () => {};

  ask(confirmation: Confirmation): Promise<boolean> {
    this.#settle(false);
    this.current = confirmation;
    return new Promise((resolve) => (this.#settle = resolve));
  }

  answer(yes: boolean): void {
    this.current = null;
    this.#settle(yes);
    this.#settle = () => {};
  }
}

export const confirmations = new Confirmations();
export const confirm = (confirmation: Confirmation) => confirmations.ask(confirmation);

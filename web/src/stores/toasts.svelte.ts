/** Short notices in the corner. */
import { sentence } from "$lib/api/client";

export type ToastKind = "success" | "info" | "warning" | "error";

export interface Toast {
  id: number;
  kind: ToastKind;
  text: string;
  /** What can be done about it: a place to go to, or a step. */
  link?: { label: string; href?: string; run?: () => void };
}

const SECONDS: Record<ToastKind, number> = { success: 5, info: 6, warning: 9, error: 12 };
/** For a notice that offers a step. */
const TO_ACT = 15;
const MOST = 5;

class Toasts {
  items = $state<Toast[]>([]);
  #next = 1;

  show(kind: ToastKind, text: string, link?: Toast["link"]): void {
    if (!text || this.items.some((toast) => toast.text === text && toast.kind === kind)) return;
    const id = this.#next++;
    this.items = [...this.items.slice(1 - MOST), { id, kind, text, link }];
    setTimeout(() => this.dismiss(id), (link?.run ? TO_ACT : SECONDS[kind]) * 1000);
  }

  success = (text: string) => this.show("success", text);
  info = (text: string) => this.show("info", text);
  warning = (text: string) => this.show("warning", text);
  error = (error: unknown) => this.show("error", sentence(error));

  dismiss(id: number): void {
    this.items = this.items.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();

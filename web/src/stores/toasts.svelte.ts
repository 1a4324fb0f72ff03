/** Short notices over the page. */
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
const HELD = 2;

class Toasts {
  items = $state<Toast[]>([]);
  /** As long as somebody points at them or has the focus there, they stay. */
  held = false;
  #next = 1;

  show(kind: ToastKind, text: string, link?: Toast["link"]): void {
    if (!text || this.items.some((toast) => toast.text === text && toast.kind === kind)) return;
    const id = this.#next++;
    this.items = [...this.items.slice(1 - MOST), { id, kind, text, link }];
    this.#dismissIn(link?.run ? TO_ACT : SECONDS[kind], id);
  }

  success = (text: string) => this.show("success", text);
  info = (text: string) => this.show("info", text);
  warning = (text: string) => this.show("warning", text);
  error = (error: unknown) => this.show("error", sentence(error));

  #dismissIn(seconds: number, id: number): void {
    setTimeout(() => (this.held ? this.#dismissIn(HELD, id) : this.dismiss(id)), seconds * 1000);
  }

  dismiss(id: number): void {
    this.held = false;
    this.items = this.items.filter((toast) => toast.id !== id);
  }
}

export const toasts = new Toasts();

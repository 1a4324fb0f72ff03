import Bell from "@lucide/svelte/icons/bell";
import Bot from "@lucide/svelte/icons/bot";
import Funnel from "@lucide/svelte/icons/funnel";
import Zap from "@lucide/svelte/icons/zap";
import type { Kind } from "../types";

export const KINDS: Kind[] = ["pipe", "filter", "action", "event"];
export const KIND_ICONS = { pipe: Bot, filter: Funnel, action: Zap, event: Bell };

/** Every text that the page shows, by area. Nothing is written into markup. */
import { account } from "./texts/account";
import { admin } from "./texts/admin";
import { chat } from "./texts/chat";
import { shared } from "./texts/shared";

export const texts = { shared, account, chat, admin };

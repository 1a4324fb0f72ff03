/** Every text that the page shows, by area; the administration brings its own. Nothing is written into markup. */
import { account } from "./texts/account";
import { chat } from "./texts/chat";
import { shared } from "./texts/shared";

export const texts = { shared, account, chat };

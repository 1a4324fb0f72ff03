import type { Role } from "$lib/types";
import { words } from "../texts";

const ORDER: Role[] = ["pending", "user", "moderator", "admin"];

export const ROLES = ORDER.map((value) => ({ value, label: words.people.roles[value] }));

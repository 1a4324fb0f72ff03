/** The Markdown that messages speak: GitHub's, with formulas. */
import { Marked } from "marked";
import { math } from "./math";

export const marked = new Marked({ gfm: true, breaks: true }, math);

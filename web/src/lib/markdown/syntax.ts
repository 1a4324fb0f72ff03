/** The Markdown that messages speak: GitHub's, with formulas and citations. */
import { Marked } from "marked";
import { citations } from "./citations";
import { math } from "./math";

export const marked = new Marked({ gfm: true, breaks: true }, math, citations);

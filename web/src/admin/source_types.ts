/** Sources as they are edited: what is sent of them, what is found in them, what may be written. */
import type { Schemas } from "$lib/api/calls";

/** What is said about one place of a source; columns count from 1, `error` is what cannot work here. */
export type Finding = Schemas["Finding"];

export type StoredFile = Schemas["PackageFile"];

export type Word = Schemas["Word"];

export type Language = Schemas["Language"];

/** A source as requests carry it. */
export interface SentFiles {
  content?: string;
  files?: Record<string, string | { base64: string } | { from: string }>;
  base_version_id?: string;
}

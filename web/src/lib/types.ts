/** Shapes that travel between page and server. */
import type { Schemas } from "./api/calls";

/** A shape of the API. Where the page makes one of its own, it has at least these fields. */
export type Needing<Shape, Fields extends keyof Shape> = Partial<Shape> & Pick<Shape, Fields>;

export type Role = SessionUser["role"];

export type SessionUser = Needing<
  Schemas["SessionUser"],
  "id" | "name" | "email" | "role" | "profile_image_url"
>;

export type Config = Needing<Schemas["Config"], "name" | "version" | "signed_in" | "features">;

export type ActionButton = Needing<Schemas["ActionButton"], "id" | "name">;

export type FilterSwitch = Needing<Schemas["FilterSwitch"], "id" | "name">;

export type ModelItem = Needing<Omit<Schemas["ModelItem"], "actions" | "filters">, "id" | "name"> & {
  actions: ActionButton[];
  filters: FilterSwitch[];
};

export type ToolItem = Needing<Schemas["ToolItem"], "id" | "name">;

export type Suggestion = Schemas["Suggestion"];

export type ChatSummary = Needing<Schemas["ChatSummary"], "id" | "title" | "updated_at" | "created_at">;

export type StatusItem = Schemas["StatusItem"];

export type FileItem = Schemas["FileItem"];

export type SourceItem = Schemas["SourceItem"];

export type OutputItem = Schemas["OutputItem"];

export type MessageError = Schemas["MessageError"];

export type EmbedItem = string | Schemas["EmbedItem"];

export type ChatMessage = Needing<
  Schemas["ChatMessage"],
  "id" | "parentId" | "childrenIds" | "role" | "content"
>;

export type ActiveRun = Schemas["ActiveRun"];

export type Active = Schemas["Active"];

export type ChatDocument = Pick<Schemas["ChatDocument"], "title" | "models"> &
  Partial<Pick<Schemas["ChatDocument"], "params" | "files">> & {
    history: { currentId: string | null; messages: Record<string, ChatMessage> };
    [name: string]: unknown;
  };

export type ChatAnswer = Omit<Schemas["ChatAnswer"], "chat"> & { chat: ChatDocument };

export interface WireEvent {
  chat_id: string | null;
  message_id: string | null;
  data: { type: string; data?: unknown };
  seq?: number | null;
  run_id?: string | null;
  /** Who asks, or whose script it is; said by the server beside what the function wrote. */
  function?: ScriptAuthor;
}

export interface ScriptAuthor {
  id: string;
  name: string;
  page_script: boolean;
  /** What the pressed button says. */
  button?: string;
}

export type OpenQuestion = Needing<
  Schemas["OpenQuestion"],
  Exclude<keyof Schemas["OpenQuestion"], "deadline" | "function">
>;

export type ExampleItem = Schemas["ExampleItem"];

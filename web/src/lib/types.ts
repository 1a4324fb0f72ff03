/** Shapes that travel between page and server. */

export type Role = "pending" | "user" | "moderator" | "admin";

export interface SessionUser {
  id: string;
  name: string;
  email: string;
  role: Role;
  profile_image_url: string;
  token?: string;
}

export interface Config {
  name: string;
  version: string;
  onboarding?: boolean;
  signed_in: boolean;
  features: { enable_signup?: boolean; [name: string]: unknown };
}

export interface ActionButton {
  id: string;
  name: string;
  description?: string;
  icon?: string;
  icon_url?: string;
}

export interface FilterSwitch {
  id: string;
  name: string;
  description?: string;
  icon?: string;
  has_user_valves?: boolean;
}

export interface ModelItem {
  id: string;
  name: string;
  owned_by?: string;
  pipe?: { type: string };
  has_user_valves?: boolean;
  stale?: boolean; // from a list that could not be renewed
  info?: {
    base_model_id?: string | null;
    meta?: {
      description?: string;
      profile_image_url?: string;
      defaultFilterIds?: string[];
      suggestion_prompts?: Suggestion[];
      [key: string]: unknown;
    };
    params?: Record<string, unknown>;
  };
  actions: ActionButton[];
  filters: FilterSwitch[];
  tags?: { name: string }[];
  suggestion_prompts?: Suggestion[];
}

export interface Suggestion {
  title?: string | string[];
  content: string;
}

export interface ChatSummary {
  id: string;
  title: string;
  updated_at: number;
  created_at: number;
  pinned?: boolean;
  archived?: boolean;
}

export interface StatusItem {
  description?: string;
  done?: boolean | number;
  hidden?: boolean;
  level?: string;
  action?: string;
  urls?: string[];
  progress?: number;
  [key: string]: unknown;
}

export interface FileItem {
  id?: string;
  type?: string;
  name?: string;
  url?: string;
  size?: number;
  content_type?: string;
  [key: string]: unknown;
}

export interface SourceItem {
  source?: { name?: string; url?: string; id?: string; [key: string]: unknown };
  document?: string[];
  metadata?: Record<string, unknown>[];
  distances?: number[];
  [key: string]: unknown;
}

export interface OutputItem {
  id?: string;
  kind: string;
  title?: string;
  data?: unknown;
  file?: { id?: string; name: string; url: string };
  source?: string;
}

export interface MessageError {
  content?: string;
  code?: string;
  hint?: string;
  [key: string]: unknown;
}

export type EmbedItem = string | { html?: string; content?: string; url?: string; [key: string]: unknown };

export interface ChatMessage {
  id: string;
  parentId: string | null;
  childrenIds: string[];
  role: "user" | "assistant" | "system" | string;
  content: string;
  model?: string;
  modelName?: string;
  timestamp?: number;
  done?: boolean;
  error?: MessageError | string | null;
  statusHistory?: StatusItem[];
  reasoning?: string;
  sources?: SourceItem[];
  files?: FileItem[];
  embeds?: EmbedItem[];
  output?: OutputItem[];
  originalContent?: string | null;
  followUps?: string[];
  favorite?: boolean;
  usage?: Record<string, unknown> | null;
  [key: string]: unknown;
}

export interface ActiveRun {
  run_id: string;
  function_id?: string;
  action_id?: string;
  message_id?: string;
  name?: string;
  state?: string;
}

export interface Active {
  task_ids: string[];
  runs: ActiveRun[];
}

export interface ChatDocument {
  title: string;
  models: string[];
  history: { currentId: string | null; messages: Record<string, ChatMessage> };
  params?: Record<string, unknown>;
  files?: FileItem[];
  [key: string]: unknown;
}

export interface ChatAnswer extends ChatSummary {
  chat: ChatDocument;
  active?: Active;
  /** The last event that this state holds. */
  last_event_id?: number;
}

export interface WireEvent {
  chat_id: string | null;
  message_id: string | null;
  data: { type: string; data?: unknown };
  seq?: number | null;
  run_id?: string | null;
  /** Whose script it is; said by the server beside what the function wrote. */
  function?: ScriptAuthor;
}

export interface ScriptAuthor {
  id: string;
  name: string;
  page_script: boolean;
}

export interface OpenQuestion {
  id: string;
  run_id: string;
  chat_id: string | null;
  message_id: string | null;
  type: string;
  data: Record<string, unknown>;
  created_at: number;
  deadline?: number;
}

export interface ExampleItem {
  id: string;
  name: string;
  kind: string;
  description: string;
  installed: boolean;
}

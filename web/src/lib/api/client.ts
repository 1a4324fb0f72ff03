/** One door to the server: JSON in, JSON out, one kind of error. */
import { shared } from "../texts/shared";

export interface ErrorBody {
  detail?: unknown;
  code?: string;
  hint?: string;
  [field: string]: unknown;
}

/** What the server refused, or `code: "offline"` when it did not answer at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly hint = "",
    readonly body: ErrorBody = {},
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** Messages per field path (`valves.api_key`) of a 422 answer. */
  get fields(): Record<string, string> {
    const entries = Array.isArray(this.body.detail) ? this.body.detail : this.body.errors;
    return Array.isArray(entries) ? fieldMessages(entries) : {};
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
}

type Listener = () => void;

let token: string | null = null;
let onSignedOut: Listener = () => {};

export function setToken(value: string | null): void {
  token = value;
}

/** Called when the server no longer knows who asks. */
export function whenSignedOut(listener: Listener): void {
  onSignedOut = listener;
}

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(method, path, options);
  const body = await readBody(response);
  if (response.ok) return body as T;
  if (response.status === 401) onSignedOut();
  throw errorFrom(response, body);
}

/** The sentence of any thrown value, for a toast or a form. */
export function sentence(error: unknown): string {
  if (error instanceof ApiError) return [error.message, error.hint].filter(Boolean).join(" ");
  return error instanceof Error ? error.message : String(error);
}

export async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (token) headers.Authorization = `Bearer ${token}`;
  let body: BodyInit | undefined;
  if (options.body instanceof FormData) body = options.body;
  else if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(options.body);
  }
  try {
    return await fetch(path + queryString(options.query), { method, headers, body, signal: options.signal });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiError(0, "offline", shared.connection.noAnswer, shared.connection.check);
  }
}

function queryString(query: Query = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  if (!entries.length) return "";
  return `?${new URLSearchParams(entries.map(([key, value]) => [key, String(value)]))}`;
}

export async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export function errorFrom(response: Response, body: unknown): ApiError {
  const parts: ErrorBody = body && typeof body === "object" ? (body as ErrorBody) : {};
  const code = typeof parts.code === "string" ? parts.code : `http_${response.status}`;
  const hint = typeof parts.hint === "string" ? parts.hint : "";
  return new ApiError(response.status, code, detailSentence(parts.detail, response), hint, parts);
}

function detailSentence(detail: unknown, response: Response): string {
  if (typeof detail === "string" && detail) return detail;
  if (Array.isArray(detail) && detail.length) return Object.values(fieldMessages(detail)).join(" ");
  return `The server answered ${response.status} ${response.statusText}`.trim() + ".";
}

function fieldMessages(entries: unknown[]): Record<string, string> {
  const messages: Record<string, string> = {};
  for (const entry of entries) {
    if (!entry || typeof entry !== "object") continue;
    const { loc, field, msg, message } = entry as Record<string, unknown>;
    const path = Array.isArray(loc) ? loc.filter((part) => part !== "body").join(".") : String(field ?? "");
    messages[path] = String(msg ?? message ?? "");
  }
  return messages;
}

/** Requests that may take minutes: the server tells how far it is, and gives up when we leave. */
import { shared } from "../texts/shared";
import { address, type Answer, type Given } from "./calls";
import { ApiError, errorFrom, readBody, send, type ErrorBody } from "./client";
import type { Post } from "./schema";

export interface Following {
  /** Gets each line as it comes. */
  told: (line: string) => void;
  signal?: AbortSignal;
}

export interface Block {
  event: string;
  data: unknown;
}

/** POSTs, and resolves with the answer, however it comes. */
export async function follow<Path extends keyof Post>(
  path: Path,
  given: Given<Post[Path]>,
  { told, signal }: Following,
): Promise<Answer<Post[Path]>> {
  const headers = { Accept: "text/event-stream, application/json" };
  const { path: parameters, body = {} } = given as { path?: object; body?: unknown };
  const response = await send("POST", address(path, parameters), { body, signal, headers });
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    const answer = await readBody(response);
    if (response.ok) return answer as Answer<Post[Path]>;
    throw errorFrom(response, answer);
  }
  for await (const { event, data } of blocks(pieces(response))) {
    if (event === "progress") told((data as { text: string }).text);
    else if (event === "result") return data as Answer<Post[Path]>;
    else if (event === "error") throw refusal(data as ErrorBody & { status: number });
  }
  throw lost();
}

/** POSTs, and gives every event as it comes; an answer that comes at once is the event `result`. */
export async function* listen<Path extends keyof Post>(
  path: Path,
  body: Post[Path] extends { body: infer Body } ? Body : never,
  signal: AbortSignal,
): AsyncGenerator<Block> {
  const response = await send("POST", path, { body, signal, headers: { Accept: "text/event-stream" } });
  if (response.headers.get("content-type")?.startsWith("text/event-stream")) {
    yield* blocks(pieces(response));
    return;
  }
  const answer = await readBody(response);
  if (!response.ok) throw errorFrom(response, answer);
  yield { event: "result", data: answer };
}

/** Blocks of server-sent events, whatever pieces they come in. */
export async function* blocks(text: AsyncIterable<string>): AsyncGenerator<Block> {
  let rest = "";
  for await (const piece of text) {
    const parts = (rest + piece).split("\n\n");
    rest = parts.pop() ?? "";
    for (const part of parts) {
      const [, event = ""] = /^event: (.*)$/m.exec(part) ?? [];
      const [, data = "null"] = /^data: (.*)$/m.exec(part) ?? [];
      if (event) yield { event, data: JSON.parse(data) };
    }
  }
}

async function* pieces(response: Response): AsyncGenerator<string> {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield decoder.decode(value, { stream: true });
    }
  } catch (error) {
    throw error instanceof DOMException && error.name === "AbortError" ? error : lost();
  } finally {
    reader.cancel().catch(() => {});
  }
}

function refusal(body: ErrorBody & { status: number }): ApiError {
  return new ApiError(body.status, body.code ?? "", String(body.detail ?? ""), body.hint, body);
}

function lost(): ApiError {
  return new ApiError(0, "offline", shared.connection.brokenOff, shared.connection.again);
}

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { address, api } from "./calls";

const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  fetched.mockImplementation(async () => new Response("[]"));
});

afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
});

describe("calls of the API", () => {
  it("put parameters into paths as one part each", () => {
    expect(address("/a/{one}/b/{two}", { one: "x/y?z", two: 7 })).toBe("/a/x%2Fy%3Fz/b/7");
    expect(address("/a")).toBe("/a");
  });

  it("send what they are given", async () => {
    await api.get("/api/v1/chats/search", { query: { text: "a b" } });
    await api.post("/api/v1/chats/{chat_id}", {
      path: { chat_id: "c 1" },
      body: { chat: { title: "New" } },
    });
    await api.post("/api/v1/chats/{chat_id}/pin", { path: { chat_id: "c" } });
    const sent = fetched.mock.calls.map(([url, init]) => [init?.method, url, init?.body]);
    expect(sent).toEqual([
      ["GET", "/api/v1/chats/search?text=a+b", undefined],
      ["POST", "/api/v1/chats/c%201", '{"chat":{"title":"New"}}'],
      ["POST", "/api/v1/chats/c/pin", "{}"],
    ]);
  });

  it("are checked by the compiler", () => {
    const wrong = () => {
      // @ts-expect-error there is no such address
      void api.get("/api/v1/cats/");
      // @ts-expect-error the id of the chat is missing
      void api.get("/api/v1/chats/{chat_id}");
      // @ts-expect-error a page is a number
      void api.get("/api/v1/chats/", { query: { page: "2" } });
      // @ts-expect-error the body has no title
      void api.post("/api/v1/chats/new", { body: { title: "New" } });
    };
    expect(wrong).toBeTypeOf("function");
  });
});

import { describe, expect, it } from "vitest";
import { blocks } from "./progress";

async function read(...pieces: string[]) {
  async function* given() {
    yield* pieces;
  }
  const found = [];
  for await (const block of blocks(given())) found.push(block);
  return found;
}

describe("blocks of server-sent events", () => {
  it("come whole, however they were cut", async () => {
    const text = 'event: progress\ndata: {"text":"one"}\n\nevent: result\ndata: {"id":"pen"}\n\n';
    const whole = await read(text);
    expect(whole).toEqual([
      { event: "progress", data: { text: "one" } },
      { event: "result", data: { id: "pen" } },
    ]);
    for (let cut = 1; cut < text.length; cut += 1)
      expect(await read(text.slice(0, cut), text.slice(cut))).toEqual(whole);
  });

  it("leave out what only keeps the connection alive", async () => {
    expect(await read(": still at work\n\n", "event: error\ndata: null\n\n")).toEqual([
      { event: "error", data: null },
    ]);
  });
});

import { expect, it } from "vitest";
import { fileView } from "./files";

it.each([
  [
    { id: "1", name: "a.csv", size: 2100 },
    { url: "/api/v1/files/1/content", isImage: false, detail: "CSV · 2.1 kB" },
  ],
  [
    { type: "image", url: "data:image/png;base64,AA" },
    { isImage: true, name: "" },
  ],
  [{ url: "/api/v1/files/2/content", name: "b.png" }, { isImage: true }],
  [{ type: "image", url: "abc" }, { url: "/api/v1/files/abc/content" }],
  ["https://example.org/x/y.pdf?z", { name: "y.pdf", isImage: false }],
])("%j", (file, expected) => expect(fileView(file)).toMatchObject(expected));

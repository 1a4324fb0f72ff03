/** The script of `/embed/frame`: one classic file, since a frame without an origin may not load modules. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  publicDir: false,
  resolve: { alias: { $lib: folder("./src/lib") } },
  build: {
    outDir: "../src/penstock/web/embed",
    emptyOutDir: true,
    target: "es2022",
    lib: {
      entry: folder("./src/frame/main.ts"),
      name: "penstock",
      formats: ["iife"],
      fileName: () => "frame.js",
    },
  },
});

import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vitest/config";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.PENSTOCK_SERVER ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [svelte(), tailwindcss()],
  resolve: {
    alias: {
      $lib: folder("./src/lib"),
      $stores: folder("./src/stores"),
      $components: folder("./src/components"),
    },
  },
  build: {
    outDir: "../src/penstock/web",
    emptyOutDir: true,
    target: "es2022",
    // A worker or a font as a data address would need a wider Content Security Policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      "/api": { target: server },
      "/embed": { target: server },
      "/ws": { target: server, ws: true },
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});

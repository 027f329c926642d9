import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vite";

const assets = resolve(import.meta.dirname, "assets");
const images = readdirSync(resolve(assets, "images")).filter((name) => name.endsWith(".svg"));

// Every script and style sheet is an entry of its own, so that a page links only what it needs and nothing is injected.
const entries = [
  "main.js",
  "timeline.js",
  "map.js",
  "styles/main.scss",
  "styles/timeline.scss",
  "styles/map.scss",
  "styles/fonts-latin.scss",
  "styles/fonts-zh-hant.scss",
  "styles/fonts-zh-hans.scss",
];

export default defineConfig({
  root: assets,
  base: "./",
  publicDir: false,
  build: {
    outDir: resolve(import.meta.dirname, "marketplace/static"),
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsDir: ".",
    // A data: address would be one more thing the Content-Security-Policy had to allow.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    reportCompressedSize: false,
    rollupOptions: { input: [...entries, ...images.map((name) => `images/${name}`)].map((name) => resolve(assets, name)) },
  },
  css: {
    preprocessorOptions: {
      scss: { quietDeps: true, silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"] },
    },
  },
});

// Bundles the portal's scripts and styles, with hashed names and a manifest that the `bundle` template tag reads.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const source = (name) => fileURLToPath(new URL(`src/${name}`, import.meta.url));

export default defineConfig({
  base: "/static/dist/",
  publicDir: false,
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
  build: {
    outDir: fileURLToPath(new URL("../qorgan/hub/portal/static/dist", import.meta.url)),
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsDir: ".",
    // The content-security policy lets fonts and scripts come from files only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2022",
    rolldownOptions: {
      // htmx carries an eval that `allowEval: false` and the content-security policy keep unreachable.
      checks: { eval: false },
      input: ["base.js", "theme.js", "signin.js", "live.js", "search.js", "desk.js", "members.js", "notices.js", "statistics.js"].map(source),
    },
  },
});

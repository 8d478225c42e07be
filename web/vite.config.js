// Bundles each program's scripts and styles, with hashed names and a manifest that the `bundle` template tag reads.
// `vite build --mode hub` or `--mode gate` says which; `tools/assets.py` builds both.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const PROGRAMS = {
  hub: {
    folder: "../qorgan/hub/portal/static/dist",
    entries: ["base.js", "theme.js", "signin.js", "live.js", "search.js", "desk.js", "members.js", "notices.js", "statistics.js"],
  },
  gate: {
    folder: "../qorgan/gate/pages/static/dist",
    entries: ["gate.js", "theme.js", "proving.js"],
  },
};

const place = (name) => fileURLToPath(new URL(name, import.meta.url));

export default defineConfig(({ mode }) => ({
  base: "/static/dist/",
  publicDir: false,
  css: { preprocessorOptions: { scss: { quietDeps: true } } },
  build: {
    outDir: place(PROGRAMS[mode].folder),
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
      input: PROGRAMS[mode].entries.map((name) => place(`src/${name}`)),
    },
  },
}));

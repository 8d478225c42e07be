// Fields for files: a button and words in the page's language, where a browser would speak its own.
// The browser's field stays, unseen: it has the focus, opens by Enter and Space, and takes what is dropped on it.
import { word } from "./words.js";

function enhance(native) {
  const whole = document.createElement("span");
  whole.className = "q-file";
  native.replaceWith(whole);
  native.classList.add("q-file-native");
  const button = document.createElement("label");
  button.className = "btn";
  button.htmlFor = native.id;
  button.textContent = word(native.multiple ? "files_choose" : "file_choose");
  const chosen = document.createElement("span");
  chosen.className = "q-file-chosen";
  chosen.setAttribute("role", "status");
  const say = () => {
    chosen.textContent = [...native.files].map((file) => file.name).join(", ") || word("file_none");
  };
  native.addEventListener("change", say);
  say();
  whole.append(native, button, chosen);
}

export function watchFiles() {
  const all = () => {
    for (const native of document.querySelectorAll("input[type=file]:not(.q-file-native)")) enhance(native);
  };
  all();
  document.addEventListener("htmx:load", all);
}

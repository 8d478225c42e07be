// A button with data-copy puts its value on the clipboard and says so, to eyes and to screen readers.
import { word } from "./words.js";

const SHOWN_MS = 1600;

async function put(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}

export function watchCopy() {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    event.preventDefault();
    await put(button.dataset.copy);
    button.classList.add("is-done");
    announce(word("copied"));
    setTimeout(() => button.classList.remove("is-done"), SHOWN_MS);
  });
}

/** Say a short sentence in the page's polite live region. */
export function announce(sentence) {
  const region = document.getElementById("q-announcer");
  if (region) region.textContent = sentence;
}

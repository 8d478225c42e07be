// Keyboard first: "/" goes to the page's search field, "g" then a letter goes to a place of the menu.
const CHORD_MS = 1200;

function typing(target) {
  return target.closest("input, textarea, select, [contenteditable]") !== null;
}

export function watchKeys() {
  let chord = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      const field = document.querySelector("[data-search-field]");
      if (!field) return;
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.code === "KeyG") {
      chord = event.timeStamp;
    } else if (event.timeStamp - chord < CHORD_MS) {
      chord = 0;
      document.querySelector(`[data-key="${CSS.escape(event.code)}"]`)?.click();
    }
  });
}

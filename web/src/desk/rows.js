// By the keyboard: j and k go through the rows, n begins a document, e goes on writing, Ctrl+S saves.
function typing(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]") !== null;
}

function step(by) {
  const links = [...document.querySelectorAll("[data-row] .d-open")];
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at < 0 ? 0 : at + by))].focus();
}

export function watchRows() {
  document.addEventListener("keydown", (event) => {
    const code = CSS.escape(event.code);
    if ((event.ctrlKey || event.metaKey) && !event.altKey) {
      const button = document.querySelector(`[data-press-ctrl="${code}"]`);
      if (!button) return;
      event.preventDefault();
      button.click();
    } else if (!event.altKey && !event.shiftKey && !typing(event.target)) {
      if (event.code === "KeyJ") step(1);
      else if (event.code === "KeyK") step(-1);
      else document.querySelector(`[data-press="${code}"]`)?.click();
    }
  });
}

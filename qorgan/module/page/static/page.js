// Asks for what is live every three seconds and changes only the parts that are not the same any more, never the one
// in which something is selected or focused.
"use strict";
const main = document.querySelector("main[data-live]");

function change(fresh) {
  const now = [...main.children];
  const next = [...fresh.body.children];
  if (now.length !== next.length) {
    main.replaceChildren(...next);
    return;
  }
  const selection = document.getSelection();
  now.forEach((part, place) => {
    const held = part.contains(document.activeElement) || (!selection.isCollapsed && selection.containsNode(part, true));
    if (!held && part.outerHTML !== next[place].outerHTML) part.replaceWith(next[place]);
  });
}

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch(main.dataset.live, { cache: "no-store" });
      if (answer.ok) {
        change(new DOMParser().parseFromString(await answer.text(), "text/html"));
        main.removeAttribute("data-away");
      }
    } catch {
      main.setAttribute("data-away", "");
    }
  }
  setTimeout(look, 3000);
}
setTimeout(look, 3000);

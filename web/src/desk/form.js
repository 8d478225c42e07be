// The form saves itself through htmx. Here: what the strip says meanwhile, refusals that are drawn, and leaving safely.

import { keepTyped } from "./typed.js";

const TOLD = [409, 422];

export function watchForm() {
  const form = document.getElementById("d-form");
  if (!form) return;
  keepTyped(form);
  let typed = 0;
  let saved = 0;
  let busy = 0;
  let leaving = null;
  let gone = false;

  const say = (sentence) => {
    const place = form.querySelector(".d-saved");
    if (place) place.textContent = sentence;
  };

  form.addEventListener("input", () => {
    typed += 1;
    say(form.dataset.unsaved);
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    // What is left of a page that goes away would only meet its own save.
    if (gone) {
      event.preventDefault();
      return;
    }
    busy += 1;
    event.detail.xhr.typed = typed;
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!TOLD.includes(event.detail.xhr.status)) return;
    event.detail.shouldSwap = true;
    event.detail.isError = false;
    // Only what names itself is drawn: the inputs keep what is typed in them.
    event.detail.swapOverride = "none";
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    busy -= 1;
    const status = event.detail.xhr.status;
    if (status >= 200 && status < 300) {
      saved = Math.max(saved, event.detail.xhr.typed);
      if (saved < typed) say(form.dataset.unsaved);
    } else if (!TOLD.includes(status)) say(form.dataset.failed);
    if (busy === 0 && leaving) {
      const button = leaving;
      leaving = null;
      setTimeout(() => form.requestSubmit(button.isConnected ? button : undefined));
    }
  });

  // A press of a button waits for the save that is on its way, which would otherwise look like another's.
  form.addEventListener("submit", (event) => {
    if (busy > 0) {
      event.preventDefault();
      leaving = event.submitter;
      return;
    }
    gone = true;
  });

  addEventListener("beforeunload", (event) => {
    if (!gone && saved < typed) event.preventDefault();
  });
}

// Forms with data-passkey ask the gate for a challenge as they are sent, and send on what the authenticator answers.
import { canUsePasskeys, makePasskey, usePasskey } from "../parts/passkey.js";
import { word } from "../parts/words.js";
import { challengeOf } from "./challenge.js";

function say(form, words) {
  const place = form.querySelector("[data-passkey-error]");
  place.textContent = words;
  place.hidden = !words;
}

async function send(event) {
  const form = event.currentTarget;
  if (form.elements.credential.value) return;
  event.preventDefault();
  if (!canUsePasskeys()) {
    say(form, word("passkey_unsupported"));
    return;
  }
  say(form, "");
  const asked = await challengeOf(form, form.dataset.challenge);
  if (asked.words) {
    say(form, asked.words);
    return;
  }
  try {
    const credential = await (form.dataset.passkey === "create" ? makePasskey(asked) : usePasskey(asked));
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    // The browser does not tell a refusal from a mistake, on purpose.
    say(form, word("passkey_cancelled"));
  }
}

export function watchPasskeys() {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.addEventListener("submit", send);
  }
}

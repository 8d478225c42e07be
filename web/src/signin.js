// Passkeys: forms with data-passkey ask the browser for a credential and send it in their hidden field.
// "sign-in" fetches its challenge from the form's own address; "use" and "create" find theirs in the page.
import { canUsePasskeys, makePasskey, usePasskey } from "./parts/passkey.js";
import { word } from "./parts/words.js";

async function optionsFor(form) {
  if (form.dataset.passkey !== "sign-in") return JSON.parse(document.getElementById("q-passkey").textContent);
  const response = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`challenge refused: ${response.status}`);
  return (await response.json()).request_options;
}

function demandPasswordless(publicKey) {
  return {
    ...publicKey,
    authenticatorSelection: {
      ...publicKey.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  };
}

async function credentialFor(form) {
  const { publicKey } = await optionsFor(form);
  if (form.dataset.passkey === "create") {
    const wanted = form.elements.passwordless?.checked ? demandPasswordless(publicKey) : publicKey;
    return makePasskey(wanted);
  }
  return usePasskey(publicKey);
}

function say(form, name) {
  const place = form.querySelector("[data-passkey-error]");
  place.textContent = name ? word(name) : "";
  place.hidden = !name;
}

async function send(event) {
  const form = event.currentTarget;
  if (form.elements.credential.value) return;
  event.preventDefault();
  if (!canUsePasskeys()) {
    say(form, "passkey_unsupported");
    return;
  }
  say(form, "");
  try {
    form.elements.credential.value = JSON.stringify(await credentialFor(form));
    form.submit();
  } catch {
    // The browser does not tell a refusal from a mistake, on purpose.
    say(form, "passkey_cancelled");
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", send);
}

document.querySelector("#id_login, #id_code")?.focus();

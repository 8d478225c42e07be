// What a factor asks, fetched with the form's own token. A refusal comes as `{words}`, the gate's sentence.
import { word } from "../parts/words.js";

export async function challengeOf(form, address) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const options = { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token } };
  const answer = await fetch(address, options).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (answer?.ok && said) return said;
  return { words: said?.words ?? said?.detail ?? word("gate_silent") };
}

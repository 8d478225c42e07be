// Signs what the head agrees to through NCALayer, on the head's own computer: the bytes go there, the signature comes
// back into the form. What went wrong is said with what to do; nothing is agreed until the hub believes a signature.

import { Told, base64, connect, read, signatureIn } from "../parts/ncalayer.js";

async function exactBytes(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw new Told("unread");
  return response.arrayBuffer();
}

export function watchSigning() {
  const element = document.getElementById("d-signing");
  const place = document.querySelector("[data-sign]");
  if (!element || !place) return;
  const { agent, bytes, request, words } = JSON.parse(element.textContent);
  const start = place.querySelector("[data-sign-start]");
  const stop = place.querySelector("[data-sign-stop]");
  const said = place.querySelector("[data-sign-said]");
  let connection = null;

  const say = (name, places = {}, isWrong = false) => {
    said.textContent = words[name].replace(/%\((\w+)\)s/g, (_, one) => String(places[one] ?? ""));
    said.hidden = false;
    said.classList.toggle("is-wrong", isWrong);
  };
  const busy = (is) => {
    start.hidden = is;
    stop.hidden = !is;
  };

  async function sign() {
    say("connecting");
    const data = base64(await exactBytes(bytes));
    connection = connect(agent);
    const hello = read(await connection.answer());
    if (!hello.result?.version) throw new Told("absent");
    say("waiting");
    connection.send({ ...request, args: { ...request.args, data } });
    return signatureIn(await connection.answer());
  }

  start.addEventListener("click", async () => {
    busy(true);
    try {
      place.querySelector("[name=signature]").value = await sign();
      say("sending");
      stop.hidden = true;
      start.form.submit();
    } catch (wrong) {
      busy(false);
      say(wrong instanceof Told ? wrong.message : "absent", wrong.places ?? {}, true);
    } finally {
      connection?.end("lost");
      connection = null;
    }
  });
  stop.addEventListener("click", () => connection?.end("stopped"));
  start.hidden = false;
}

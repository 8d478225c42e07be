// Signs the gate's text through NCALayer on the person's own computer: the text goes there, the signature into the form.
import { Told, base64, connect, read, signatureIn } from "../parts/ncalayer.js";
import { challengeOf } from "./challenge.js";

export function watchSigning() {
  const element = document.getElementById("g-signing");
  const form = document.querySelector("[data-sign]");
  if (!element || !form) return;
  const { agent, challenge, request, words } = JSON.parse(element.textContent);
  const start = form.querySelector("[data-sign-start]");
  const stop = form.querySelector("[data-sign-stop]");
  const said = form.querySelector("[data-sign-said]");
  let connection = null;

  const say = (text, isWrong = false) => {
    said.textContent = text;
    said.hidden = false;
    said.classList.toggle("is-wrong", isWrong);
  };
  const busy = (is) => {
    start.hidden = is;
    stop.hidden = !is;
  };

  async function sign() {
    say(words.connecting);
    const asked = await challengeOf(form, challenge);
    if (asked.words) throw new Told("refused", { words: asked.words });
    connection = connect(agent);
    const hello = read(await connection.answer());
    if (!hello.result?.version) throw new Told("absent");
    say(words.waiting);
    const data = base64(new TextEncoder().encode(asked.text));
    connection.send({ ...request, args: { ...request.args, data } });
    return signatureIn(await connection.answer());
  }

  start.addEventListener("click", async () => {
    busy(true);
    try {
      form.elements.cms.value = await sign();
      say(words.sending);
      stop.hidden = true;
      form.submit();
    } catch (wrong) {
      busy(false);
      const { message: name = "absent", places = {} } = wrong instanceof Told ? wrong : {};
      const text = places.words ?? words[name] ?? words.absent;
      say(text.replace(/%\((\w+)\)s/g, (_, one) => String(places[one] ?? "")), true);
    } finally {
      connection?.end("lost");
      connection = null;
    }
  });
  stop.addEventListener("click", () => connection?.end("stopped"));
}

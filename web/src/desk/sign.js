// Signs what the head agrees to through NCALayer, on the head's own computer: the bytes go there, the signature comes
// back into the form. What went wrong is said with what to do; nothing is agreed until the hub believes a signature.

class Told extends Error {
  constructor(name, places = {}) {
    super(name);
    this.places = places;
  }
}

function base64(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}

async function exactBytes(address) {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) throw new Told("unread");
  return response.arrayBuffer();
}

/** A connection whose messages are awaited one by one; the end of it rejects with the name of a sentence. */
function connect(address) {
  const socket = new WebSocket(address);
  let waiting = null;
  let greeted = false;
  let ended = null;
  const end = (name) => {
    ended ??= name;
    waiting?.reject(new Told(ended));
    waiting = null;
    socket.close();
  };
  socket.addEventListener("message", (event) => {
    greeted = true;
    const next = waiting;
    waiting = null;
    next?.resolve(event.data);
  });
  socket.addEventListener("error", () => end(greeted ? "lost" : "absent"));
  socket.addEventListener("close", () => end(greeted ? "lost" : "absent"));
  const answer = () =>
    new Promise((resolve, reject) => {
      if (ended) reject(new Told(ended));
      else waiting = { resolve, reject };
    });
  return { answer, end, send: (request) => socket.send(JSON.stringify(request)) };
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Told("failed", { message: text.slice(0, 200) });
  }
}

function signatureIn(text) {
  const said = read(text);
  if (!said.status) throw new Told("failed", { message: [said.code, said.message].filter(Boolean).join(" ") });
  const result = said.body?.result;
  // The agent says yes and gives nothing when its person closed the window.
  if (result === undefined) throw new Told("cancelled");
  return Array.isArray(result) ? result[0] : result;
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

// NCALayer on the person's own computer: a WebSocket that greets, is asked once, and answers once.

export class Told extends Error {
  constructor(name, places = {}) {
    super(name);
    this.places = places;
  }
}

export function base64(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}

/** A connection whose messages are awaited one by one; the end of it rejects with the name of a sentence. */
export function connect(address) {
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

export function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Told("failed", { message: text.slice(0, 200) });
  }
}

export function signatureIn(text) {
  const said = read(text);
  if (!said.status) throw new Told("failed", { message: [said.code, said.message].filter(Boolean).join(" ") });
  const result = said.body?.result;
  // The agent says yes and gives nothing when its person closed the window.
  if (result === undefined) throw new Told("cancelled");
  return Array.isArray(result) ? result[0] : result;
}

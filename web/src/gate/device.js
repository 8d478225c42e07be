// This browser as a device of its owner: a key that cannot leave it, and signed tokens for one challenge each (RFC 9449).
import { word } from "../parts/words.js";
import { challengeOf } from "./challenge.js";

const DATABASE = "qorgan-gate";
const STORE = "keys";
const NAME = "device";
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

function settled(request) {
  return new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });
}

async function store(mode) {
  const opening = indexedDB.open(DATABASE, 1);
  opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(STORE));
  return (await settled(opening)).transaction(STORE, mode).objectStore(STORE);
}

async function kept() {
  return settled((await store("readonly")).get(NAME));
}

async function made() {
  const pair = await crypto.subtle.generateKey(ALGORITHM, false, ["sign"]);
  await settled((await store("readwrite")).put(pair, NAME));
  return pair;
}

function spelled(bytes) {
  let text = "";
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

async function token(pair, asked) {
  const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const header = { typ: "dpop+jwt", alg: "ES256", jwk: { kty, crv, x, y } };
  const iat = Math.floor(Date.now() / 1000);
  const claims = { jti: crypto.randomUUID(), htm: asked.method, htu: asked.address, iat, nonce: asked.nonce };
  const bytes = new TextEncoder();
  const signed = [header, claims].map((part) => spelled(bytes.encode(JSON.stringify(part)))).join(".");
  const signature = await crypto.subtle.sign(SIGNING, pair.privateKey, bytes.encode(signed));
  return `${signed}.${spelled(signature)}`;
}

function say(form, words) {
  const place = form.querySelector("[data-device-error]");
  place.textContent = words;
  place.hidden = !words;
}

async function send(event) {
  const form = event.currentTarget;
  if (form.elements.proof.value) return;
  event.preventDefault();
  say(form, "");
  try {
    const pair = form.dataset.device === "bind" ? await made() : await kept();
    if (!pair) {
      say(form, word("device_unbound"));
      return;
    }
    const asked = await challengeOf(form, form.dataset.challenge);
    if (asked.words) {
      say(form, asked.words);
      return;
    }
    form.elements.proof.value = await token(pair, asked);
    form.submit();
  } catch {
    say(form, word("device_failed"));
  }
}

/** Ways that only a bound browser has are shown where there is a key. */
export async function watchDevice() {
  for (const form of document.querySelectorAll("form[data-device]")) form.addEventListener("submit", send);
  const ways = document.querySelectorAll("[data-device-way]");
  if (ways.length && (await kept().catch(() => null))) for (const way of ways) way.hidden = false;
}

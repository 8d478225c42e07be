// The strip above the list: how the connection does, what waits to be shown, and the pause.
import { symbol } from "../parts/symbol.js";
import { element, number } from "./row.js";

const STATES = { connecting: "idle", live: "good", held: "warn", paused: "warn", lost: "bad" };

export function createStrip(words) {
  const state = document.getElementById("l-state");
  const fresh = document.getElementById("l-fresh");
  const rate = document.getElementById("l-rate");
  const pause = document.getElementById("l-pause");
  let connection = "connecting";
  let list = { held: false, fresh: 0, paused: false };
  let tellPaused = () => {};

  function draw() {
    const now = connection !== "live" ? connection : list.paused ? "paused" : list.held ? "held" : "live";
    if (state.dataset.now !== now) {
      state.dataset.now = now;
      state.className = `q-mark q-mark-${STATES[now]}`;
      state.replaceChildren(symbol(`state-${STATES[now]}`), element("span", {}, words.say[now]));
    }
    fresh.hidden = list.fresh === 0;
    fresh.textContent = words.say.fresh.replace("%(count)s", number(list.fresh));
  }

  function toggle() {
    list = { ...list, paused: !list.paused };
    pause.setAttribute("aria-pressed", String(list.paused));
    pause.firstElementChild.textContent = list.paused ? words.say.resume : words.say.pause;
    tellPaused(list.paused);
    draw();
  }

  pause.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.code !== "KeyP") return;
    if (event.target.closest("input, textarea, select")) return;
    toggle();
  });
  draw();

  return {
    connection(value) {
      connection = value;
      draw();
    },
    show(value) {
      list = { ...value, fresh: value.held || value.paused ? value.fresh : 0 };
      draw();
    },
    rate(value) {
      if (value === null) rate.textContent = words.say.counting;
      else rate.textContent = words.say.rate.replace("%(count)s", number(value < 10 ? Math.round(value * 10) / 10 : Math.round(value)));
    },
    onFresh(handler) {
      fresh.addEventListener("click", handler);
    },
    onPause(handler) {
      tellPaused = handler;
    },
  };
}

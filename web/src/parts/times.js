// <time data-relative> says how long ago it was; the exact moment with its zone stays in its title.
import { word } from "./words.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const TICK_MS = 15_000;

/** "5 min ago" for seconds since; null once the date itself says more. */
export function ago(seconds) {
  if (seconds < -MINUTE || seconds >= WEEK) return null;
  if (seconds < 5) return word("ago_now");
  if (seconds < MINUTE) return word("ago_seconds", { count: Math.floor(seconds) });
  if (seconds < HOUR) return word("ago_minutes", { count: Math.floor(seconds / MINUTE) });
  if (seconds < DAY) return word("ago_hours", { count: Math.floor(seconds / HOUR) });
  return word("ago_days", { count: Math.floor(seconds / DAY) });
}

/** Bring every relative time under `root` up to date. */
export function refreshTimes(root = document) {
  const now = Date.now();
  for (const time of root.querySelectorAll("time[data-relative]")) {
    const text = ago((now - Date.parse(time.dateTime)) / 1000) ?? time.dataset.relative;
    if (time.textContent !== text) time.textContent = text;
  }
}

export function watchTimes() {
  refreshTimes();
  setInterval(refreshTimes, TICK_MS);
  document.addEventListener("htmx:afterSwap", (event) => refreshTimes(event.target));
  document.addEventListener("visibilitychange", () => document.hidden || refreshTimes());
}

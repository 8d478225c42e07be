// The list: rows are put in once a frame, no more than a page of them, and not at all while somebody reads.
import { number, rowOf } from "./row.js";

const MOST = 200;
const SCROLLED_PX = 8;

/** `onChange({held, fresh, more, paused})` is told whenever rows wait or stop waiting. */
export function createList(words, { nameOf, onChange }) {
  const table = document.getElementById("l-table");
  const body = document.getElementById("l-rows");
  const empty = document.getElementById("l-empty");
  const shown = new Map();
  let waiting = [];
  let left = 0;
  let paused = false;
  let hovered = false;
  let frame = 0;
  let first = true;

  const reading = () =>
    paused || hovered || body.contains(document.activeElement) || body.getBoundingClientRect().top < -SCROLLED_PX;

  function add(lines, more) {
    const known = new Set(waiting.map((line) => line.key));
    const fresh = [];
    for (const line of lines) {
      line.key = `${line.module}/${line.sequence}`;
      if (!shown.has(line.key) && !known.has(line.key)) fresh.push(line);
    }
    left += more + Math.max(0, waiting.length + fresh.length - MOST);
    waiting = [...fresh, ...waiting].slice(0, MOST);
    empty.hidden = shown.size > 0 || waiting.length > 0;
    schedule();
  }

  function schedule() {
    if (!frame) frame = requestAnimationFrame(() => ((frame = 0), flush()));
  }

  function flush(force = false) {
    if (waiting.length && (force || first || !reading())) put();
    onChange({ held: waiting.length > 0 && reading(), fresh: waiting.length + left, paused });
  }

  function put() {
    const fragment = document.createDocumentFragment();
    for (const line of waiting) {
      const row = rowOf(line, words, nameOf);
      if (!first) row.classList.add("l-new");
      shown.set(line.key, row);
      fragment.append(row);
    }
    if (left) fragment.append(gap(left));
    body.prepend(fragment);
    waiting = [];
    left = 0;
    first = false;
    while (body.rows.length > MOST) {
      const last = body.rows[body.rows.length - 1];
      shown.delete(last.dataset.key);
      last.remove();
    }
  }

  function gap(count) {
    const row = document.createElement("tr");
    const cell = document.createElement("td");
    row.className = "l-gap";
    cell.colSpan = table.tHead.rows[0].cells.length;
    const link = document.createElement("a");
    link.href = `${words.search}?last=1h`;
    link.textContent = words.say.more.replace("%(count)s", number(count));
    cell.append(link);
    row.append(cell);
    return row;
  }

  body.addEventListener("pointerenter", () => (hovered = true));
  body.addEventListener("pointerleave", () => ((hovered = false), schedule()));
  body.addEventListener("focusout", () => setTimeout(schedule));
  addEventListener("scroll", () => waiting.length && schedule(), { passive: true });

  return {
    add,
    release() {
      body.contains(document.activeElement) && document.activeElement.blur();
      if (body.getBoundingClientRect().top < -SCROLLED_PX) table.closest("section").scrollIntoView();
      flush(true);
    },
    setPaused(value) {
      paused = value;
      schedule();
    },
    /** Names of institutions may come after their rows. */
    rename() {
      for (const cell of body.querySelectorAll("[data-organisation]")) {
        const name = nameOf(cell.dataset.organisation);
        if (name && cell.textContent !== name) cell.textContent = name;
      }
    },
  };
}

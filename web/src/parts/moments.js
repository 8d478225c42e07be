// Dates and times in the page's own language: a browser draws its date fields in its language, not in the page's.
// The browser's field stays underneath, keeps the value that is posted, and opens its calendar at a press of a button.
// Without scripts it is used as it is.
import { symbol } from "./symbol.js";
import { word } from "./words.js";

const MOMENT = /^(?:(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d{2})-(\d{2}))(?:[\sT,]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const two = (number) => String(number).padStart(2, "0");

/** "2026-11-22T14:00" for "22.11.2026 14:00", as the browser's field takes it; "" for what is none. */
export function valueOf(text, withTime) {
  const found = MOMENT.exec(text.trim());
  if (!found || Boolean(found[7]) !== withTime) return "";
  const [year, month, day] = found[3] ? [found[3], found[2], found[1]] : found.slice(4, 7);
  const date = `${year}-${two(month)}-${two(day)}`;
  return withTime ? `${date}T${two(found[7])}:${found[8]}${found[9] ? `:${found[9]}` : ""}` : date;
}

/** The same the other way, as the page's language writes it. */
export function textOf(value) {
  const [date, time] = value.split("T");
  if (!date) return "";
  const written = document.documentElement.lang === "en" ? date : date.split("-").reverse().join(".");
  return time ? `${written} ${time.endsWith(":00") && time.length > 5 ? time.slice(0, 5) : time}` : written;
}

function hintOf(native, withTime) {
  const hint = document.createElement("small");
  hint.id = `${native.id}-hint`;
  hint.textContent = word(withTime ? "moment_hint" : "date_hint");
  // A filter bar says the zone in its labels; a day has none.
  hint.className = withTime && !native.closest(".q-filters") ? "q-moment-hint" : "visually-hidden";
  return hint;
}

function fieldOf(native, hint, withTime) {
  const field = document.createElement("input");
  field.type = "text";
  field.className = native.className;
  field.autocomplete = "off";
  field.placeholder = word(withTime ? "moment_form" : "date_form");
  field.value = textOf(native.value);
  for (const name of ["id", "required", "autofocus", "aria-invalid"]) {
    if (!native.hasAttribute(name)) continue;
    field.setAttribute(name, native.getAttribute(name));
    native.removeAttribute(name);
  }
  field.setAttribute("aria-describedby", [native.getAttribute("aria-describedby"), hint.id].filter(Boolean).join(" "));
  native.removeAttribute("aria-describedby");
  return field;
}

function opener(native) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "q-moment-open";
  button.title = word("moment_open");
  button.setAttribute("aria-label", button.title);
  button.append(symbol("calendar"));
  button.addEventListener("click", () => native.showPicker());
  return button;
}

function enhance(native) {
  const withTime = native.type === "datetime-local";
  const hint = hintOf(native, withTime);
  const field = fieldOf(native, hint, withTime);
  const whole = document.createElement("span");
  whole.className = "q-moment";
  native.replaceWith(whole);
  native.className = "q-moment-native";
  native.tabIndex = -1;
  native.setAttribute("aria-hidden", "true");
  whole.append(field, native, opener(native), hint);

  const complain = () => {
    const isWrong = field.value.trim() !== "" && native.value === "";
    field.setCustomValidity(isWrong ? word("moment_wrong") : "");
    field.toggleAttribute("data-wrong", isWrong);
    if (isWrong) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    hint.textContent = isWrong ? word("moment_wrong") : word(withTime ? "moment_hint" : "date_hint");
  };
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    const before = native.value;
    native.value = valueOf(field.value, withTime);
    if (field.hasAttribute("data-wrong")) complain();
    if (native.value !== before) native.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("change", (event) => {
    event.stopPropagation();
    complain();
    if (native.value) field.value = textOf(native.value);
  });
  for (const name of ["input", "change"]) {
    native.addEventListener(name, () => {
      if (document.activeElement === field) return;
      field.value = textOf(native.value);
      complain();
    });
  }
}

export function watchMoments() {
  const all = () => {
    for (const native of document.querySelectorAll("input:is([type=date], [type=datetime-local]):not(.q-moment-native)")) enhance(native);
  };
  all();
  for (const name of ["htmx:load", "htmx:oobAfterSwap"]) document.addEventListener(name, all);
}

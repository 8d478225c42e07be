// What is typed into rows while the portal adds or removes one: kept, though the rows are drawn anew. Whoever types
// stays where they are, the caret too.
const values = (place) =>
  new Map([...place.querySelectorAll("input:not([type=radio], [type=checkbox]), textarea, select")].map((one) => [one.name, one.value]));

// Of a removed row the later ones move up by one.
function placeOf(name, removed) {
  if (!removed || !name.startsWith(`${removed.path}.`)) return name;
  const [at, ...rest] = name.slice(removed.path.length + 1).split(".");
  if (Number(at) === removed.at) return null;
  return [removed.path, Number(at) > removed.at ? at - 1 : at, ...rest].join(".");
}

function removedBy(button) {
  const [act, path] = button.value.split(":");
  if (act !== "remove") return null;
  const dot = path.lastIndexOf(".");
  return { path: path.slice(0, dot), at: Number(path.slice(dot + 1)) };
}

// Where somebody writes; nothing while they are still on the button that they pressed.
function caretIn(form, place) {
  const field = document.activeElement;
  if (!form.contains(field) || field.name === "_row") return null;
  const [start, end] = "selectionStart" in field ? [field.selectionStart, field.selectionEnd] : [null, null];
  return { field, name: place.contains(field) ? field.name : null, id: field.id, start, end };
}

function putCaret({ field, name, id, start, end }, removed, place) {
  const into = name && placeOf(name, removed);
  const found = into ? place.querySelector(`[name="${CSS.escape(into)}"]`) : field.isConnected ? field : name ? null : document.getElementById(id);
  if (!found) return;
  found.focus({ preventScroll: true });
  if (start !== null) found.setSelectionRange(start, end);
}

export function keepTyped(form) {
  const isRow = (event) => event.detail.elt?.name === "_row" && form.contains(event.detail.elt);

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!isRow(event)) return;
    event.detail.xhr.rows = { place: event.detail.target.id, removed: removedBy(event.detail.elt), sent: values(event.detail.target) };
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { rows } = event.detail.xhr;
    if (!rows) return;
    const now = values(document.getElementById(rows.place));
    rows.since = [...now].filter(([name, value]) => rows.sent.get(name) !== value);
    rows.caret = caretIn(form, document.getElementById(rows.place));
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { rows } = event.detail.xhr;
    if (!rows?.since) return;
    const place = document.getElementById(rows.place);
    for (const [name, value] of rows.since) {
      const into = placeOf(name, rows.removed);
      const field = into && place.querySelector(`[name="${CSS.escape(into)}"]`);
      if (field) field.value = value;
    }
    if (rows.caret) putCaret(rows.caret, rows.removed, place);
    if (rows.since.length) place.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

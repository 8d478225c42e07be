// What is typed into rows while the portal adds or removes one: kept, though the rows are drawn anew.
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
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { rows } = event.detail.xhr;
    if (!rows?.since?.length) return;
    const place = document.getElementById(rows.place);
    for (const [name, value] of rows.since) {
      const into = placeOf(name, rows.removed);
      const field = into && place.querySelector(`[name="${CSS.escape(into)}"]`);
      if (field) field.value = value;
    }
    place.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

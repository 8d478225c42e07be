// Where a table is too narrow for its columns, its rows are drawn below each other: every cell says its column then.
// The first cell is what the row is about, and says it by itself.
function label(table) {
  const columns = [...table.querySelectorAll("thead th")].map((head) => (head.querySelector(".visually-hidden") ? "" : head.textContent.trim()));
  for (const row of table.querySelectorAll("tbody tr, tfoot tr")) {
    [...row.cells].forEach((cell, place) => {
      if (place > 0 && columns[place] && row.cells.length === columns.length) cell.dataset.label = columns[place];
    });
  }
}

export function watchTables() {
  const all = () => document.querySelectorAll(".q-table.is-stacking").forEach(label);
  all();
  document.addEventListener("htmx:load", all);
}

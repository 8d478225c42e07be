// A long list of institutions: found by name or BIN as one types, ticked all at once.
export function watchDirectory() {
  for (const field of document.querySelectorAll("[data-filter]")) {
    const list = document.querySelector(field.dataset.filter);
    field.hidden = false;
    field.addEventListener("input", (event) => {
      event.stopPropagation();
      const wanted = field.value.trim().toLocaleLowerCase();
      for (const item of list.children) item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
    });
    field.addEventListener("change", (event) => event.stopPropagation());
    field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }
  for (const [name, ticked] of [["all", true], ["none", false]]) {
    for (const button of document.querySelectorAll(`[data-${name}]`)) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const list = document.querySelector(button.dataset[name]);
        const boxes = [...list.children].filter((item) => !item.hidden).map((item) => item.querySelector("input"));
        for (const box of boxes) box.checked = ticked;
        boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
  }
}

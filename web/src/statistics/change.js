// The form of a change of the calendar shows the fields that the chosen change needs. Without scripts it shows all.
export function watchChange(form) {
  if (!form) return;
  const action = form.elements.action;
  const fit = () => {
    for (const field of form.querySelectorAll("[data-for]")) {
      field.hidden = !field.dataset.for.split(" ").includes(action.value);
    }
  };
  action.addEventListener("change", fit);
  fit();
}

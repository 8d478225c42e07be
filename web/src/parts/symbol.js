// A symbol of the sprite, as the template tag of this name draws it.
const SVG = "http://www.w3.org/2000/svg";

export function symbol(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#q-${name}`);
  svg.append(use);
  return svg;
}

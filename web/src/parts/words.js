// Sentences the server translated for scripts, from the page's <script type="application/json" id="q-words">.
const element = document.getElementById("q-words");
const words = element ? JSON.parse(element.textContent) : {};

/** The sentence of this name with its named places (`%(name)s`) filled; the name itself where it is missing. */
export function word(name, places = {}) {
  const sentence = words[name] ?? name;
  return sentence.replace(/%\((\w+)\)[sd]/g, (_, place) => String(places[place] ?? ""));
}

// The last hour beside the list: bars by the minute, numbers by type, institutions with their modules.
import { ago } from "../parts/times.js";
import { element, mark, moment, number } from "./row.js";

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 240;
const HIGH = 48;
const GAP = 0.8;

export function createSummary(words) {
  const language = words.language;
  let names = {};
  const nameOf = (key) => names[key]?.[language] ?? names[key]?.en ?? "";

  function show(numbers) {
    names = numbers.names;
    document.getElementById("l-signals").textContent = number(numbers.signals);
    document.getElementById("l-events").textContent = number(numbers.events);
    drawMinutes(numbers.minutes);
    drawTypes(numbers.types);
    drawMembers(numbers);
  }

  function drawMinutes(minutes) {
    const svg = document.getElementById("l-minutes");
    const most = Math.max(1, ...minutes.map(([, all]) => all));
    const step = WIDE / minutes.length;
    const bars = minutes.map(([at, all, grave], place) => {
      const group = document.createElementNS(SVG, "g");
      const title = document.createElementNS(SVG, "title");
      const time = moment(new Date(at * 1000).toISOString(), words.offset)[1].slice(0, 5);
      title.textContent = words.say.minute
        .replace("%(time)s", time)
        .replace("%(count)s", number(all))
        .replace("%(grave)s", number(grave));
      const whole = (all / most) * HIGH;
      const part = (grave / most) * HIGH;
      group.append(
        title,
        bar(place * step, 0, step, HIGH, "l-hit"),
        bar(place * step, HIGH - whole, step - GAP, whole - part, "l-other"),
        bar(place * step, HIGH - part, step - GAP, part, "l-grave"),
      );
      return group;
    });
    svg.replaceChildren(...bars);
  }

  function bar(x, y, width, height, name) {
    const rect = document.createElementNS(SVG, "rect");
    for (const [key, value] of Object.entries({ x, y, width, height })) rect.setAttribute(key, value.toFixed(2));
    rect.setAttribute("class", name);
    return rect;
  }

  function drawTypes(types) {
    const most = Math.max(1, ...Object.values(types));
    const parts = Object.keys(words.types)
      .map((code) => [code, types[code] ?? 0])
      .sort((one, other) => other[1] - one[1])
      .map(([code, count]) => {
        const [short, whole] = words.types[code];
        const link = element("a", { href: `${words.search}?type=${code}&last=1h`, title: whole });
        link.append(element("span", {}, short), element("data", { value: String(count) }, number(count)), share(count, most));
        return element("li", { className: count ? "" : "l-none" }, link);
      });
    document.getElementById("l-types").replaceChildren(...parts);
  }

  function drawMembers(numbers) {
    const most = Math.max(1, ...Object.values(numbers.organisations));
    const rows = new Map();
    for (const module of numbers.modules) {
      if (!rows.has(module.organisation)) rows.set(module.organisation, []);
      rows.get(module.organisation).push(module);
    }
    const items = [...rows]
      .map(([key, modules]) => ({ key, modules, count: numbers.organisations[key] ?? 0 }))
      .sort((one, other) => nameOf(one.key).localeCompare(nameOf(other.key), language))
      .map(({ key, modules, count }) => {
        const link = element("a", { href: `${words.search}?organisation=${key}&last=1h` });
        link.append(element("span", {}, nameOf(key)), element("data", { value: String(count) }, number(count)), share(count, most));
        return element("li", {}, link, ...modules.map((module) => stateOf(module, numbers.at, key)));
      });
    document.getElementById("l-members").replaceChildren(...items);
  }

  function stateOf(module, at, organisation) {
    const seconds = module.seen === null ? null : Math.max(0, (Date.parse(at) - Date.parse(module.seen)) / 1000);
    const said = seconds === null ? words.say.never : words.say.seen.replace("%(ago)s", ago(seconds) ?? "");
    const parts = [mark(`state-${module.kind}`, module.kind, words.health[module.health]), ` ${module.name}, ${said}`];
    if (module.waiting) parts.push(`, ${words.say.waiting.replace("%(count)s", number(module.waiting))}`);
    return element("a", { className: "l-module", href: `${words.members}${organisation}/` }, ...parts);
  }

  function share(count, most) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "q-bar");
    svg.setAttribute("viewBox", "0 0 1000 8");
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    svg.append(bar(0, 0, 1000, 8, ""), bar(0, 0, (1000 * count) / most, 8, ""));
    return svg;
  }

  return { show, nameOf };
}

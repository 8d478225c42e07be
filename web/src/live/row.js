// One signal as a row of the table, built node by node: nothing that was sent is ever read as HTML.
import { symbol } from "../parts/symbol.js";

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** A number with its thousands apart by a space that does not break, as the server writes it. */
export function number(value) {
  return value.toLocaleString("en").replaceAll(",", "\u00a0");
}

/** Shape, colour and word together, as the `mark` of the templates. */
export function mark(shape, colour, words) {
  return element("span", { className: `q-mark q-mark-${colour}` }, symbol(shape), words);
}

/** A moment in the portal's zone: ["22.11", "14:03:07", "2026-11-22 14:03:07.120 UTC+05:00"]. */
export function moment(iso, offset) {
  const local = new Date(Date.parse(iso) + offset * 1000).toISOString();
  const hours = `${offset < 0 ? "-" : "+"}${String(Math.floor(Math.abs(offset) / 3600)).padStart(2, "0")}:00`;
  return [
    `${local.slice(8, 10)}.${local.slice(5, 7)}`,
    local.slice(11, 19),
    `${local.slice(0, 10)} ${local.slice(11, 23)} UTC${hours}`,
  ];
}

export function rowOf(line, words, nameOf) {
  const row = element("tr");
  row.dataset.key = line.key;
  const [day, second, exact] = moment(line.at, words.offset);
  const time = element("time", { className: "q-time s-at", dateTime: line.at, title: exact }, `${second} `, element("span", {}, day));
  const open = element("a", { className: "s-open", href: `/signals/${line.module}/${line.sequence}/` }, time);
  const [short, whole] = words.types[line.type];
  const who = element("div", { className: "s-two" }, nameOf(line.organisation));
  who.dataset.organisation = line.organisation;
  const rule = element("div", { className: "s-two" }, element("b", {}, line.rule), " ", element("span", {}, line.sensor));
  const target = line.target || aimed(line, words);
  row.append(
    element("td", {}, open),
    element(
      "td",
      {},
      mark(`severity-${line.severity}`, line.severity, words.severities[line.severity]),
      element("small", { title: whole }, short),
    ),
    ...(words.many ? [element("td", { title: who.textContent }, who)] : []),
    element("td", { title: `${line.rule}, ${line.sensor}` }, rule),
    element(
      "td",
      { className: "s-way", title: target ? `${line.source} → ${target}` : line.source },
      element("span", { className: "s-address" }, line.source || "—"),
      element("small", {}, target ? `→ ${target}` : ""),
    ),
    element("td", {}, words.actions[line.action], element("small", {}, `× ${number(line.count)}`)),
  );
  return row;
}

function aimed(line, words) {
  if (!line.role) return "";
  return line.port === null ? words.roles[line.role] : `${words.roles[line.role]}, ${line.port}`;
}

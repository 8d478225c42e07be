// Signals of the last hour by minute and type, from the live page's own stream, numbers alone.
import { moment, number } from "../live/row.js";
import { openStream } from "../live/stream.js";
import { legend, stacked } from "./bars.js";

export function watchSignals(holder) {
  const words = JSON.parse(document.getElementById("t-words").textContent);
  const rate = document.getElementById("t-rate");
  const types = Object.keys(words.types);
  let drawn = { labels: [], series: [], all: words.all };
  let chart = null;

  function show(numbers) {
    drawn = {
      labels: numbers.minutes.map(([at]) => moment(new Date(at * 1000).toISOString(), words.offset)[1].slice(0, 5)),
      series: types
        .map((code, place) => ({ name: words.types[code][0], place, data: numbers.typed[code] ?? [] }))
        .filter((one) => one.data.length),
      all: words.all,
    };
    chart ??= stacked(holder, () => drawn, true);
    chart.redraw();
    rate.textContent = numbers.rate === null ? words.counting : words.rate.replace("%(count)s", number(Math.round(numbers.rate)));
    legend(
      document.getElementById("t-types"),
      types.map((code, place) => ({
        name: words.types[code][0],
        title: words.types[code][1],
        place,
        count: numbers.types[code] ?? 0,
        href: `${words.search}?type=${code}&last=1h`,
      })),
    );
  }

  openStream(holder.dataset.stream, {
    lines: () => {},
    summary: show,
    state: (now) => {
      if (now === "lost") rate.textContent = words.lost;
    },
  });
}

// Stacked bars, the same for documents by day, incidents by category and signals by type.
import { number } from "../live/row.js";
import { colour, createChart } from "../parts/chart.js";

const INKS = 8;

/** The colour of the series at a place, the same in every chart and its legend. */
export const ink = (place) => `series-${place % INKS}`;

/** A stacked bar chart in `holder` from `data()`: `{labels, series: [{name, data}], all}`. */
export function stacked(holder, data, narrow = false) {
  return createChart(holder, () => {
    const { labels, series } = data();
    return {
      grid: { left: 8, right: 12, top: 14, bottom: 4, containLabel: true },
      xAxis: { type: "category", data: labels, axisLabel: words() },
      yAxis: { type: "value", minInterval: 1, splitNumber: 3, axisLabel: { ...words(), formatter: number } },
      tooltip: { formatter: (points) => told(data(), points[0].dataIndex), confine: true },
      series: series.map((one, place) => ({
        type: "bar",
        stack: "all",
        name: one.name,
        data: one.data,
        barCategoryGap: narrow ? "12%" : "30%",
        barMaxWidth: 36,
        itemStyle: { color: colour(ink(one.place ?? place)) },
      })),
    };
  });
}

function words() {
  return { color: colour("ink-3"), fontFamily: colour("sans"), fontSize: 11, hideOverlap: true };
}

function told({ labels, series, all }, place) {
  const parts = series.filter((one) => one.data[place]).map((one) => `${one.name}: ${number(one.data[place])}`);
  const sum = series.reduce((whole, one) => whole + one.data[place], 0);
  return [labels[place], `${all}: ${number(sum)}`, ...parts].join("\n");
}

/** Entries of a legend: a swatch and a name each; a link where one is given. */
export function legend(list, entries) {
  list.replaceChildren(
    ...entries.map(({ name, place, title, href, count }) => {
      const item = document.createElement("li");
      const holder = document.createElement(href ? "a" : "span");
      const swatch = document.createElement("i");
      swatch.className = `t-ink-${place % INKS}`;
      if (href) holder.href = href;
      if (title) holder.title = title;
      holder.append(swatch, name);
      if (count !== undefined) {
        const data = document.createElement("data");
        data.value = String(count);
        data.textContent = number(count);
        holder.append(" ", data);
      }
      item.append(holder);
      return item;
    }),
  );
}

export function drawBars(holder) {
  const data = JSON.parse(holder.dataset.bars);
  stacked(holder, () => data);
  let list = holder.parentElement.querySelector(".t-legend");
  if (!list) {
    list = document.createElement("ul");
    list.className = "t-legend";
    holder.after(list);
  }
  legend(list, data.series.map((one, place) => ({ name: one.name, place })));
}

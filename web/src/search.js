// The search page: its chart, on which a drag across the bars searches within their time.
import { number } from "./live/row.js";
import "./styles/signals.css";

async function draw(holder) {
  // Charts are large: a page without one does not fetch them.
  const { colour, createChart } = await import("./parts/chart.js");
  const data = JSON.parse(holder.dataset.chart);
  const { chart } = createChart(holder, () => ({
    grid: { left: 8, right: 12, top: 12, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: data.labels, axisLabel: labels() },
    yAxis: { type: "value", minInterval: 1, splitNumber: 3, axisLabel: { ...labels(), formatter: number } },
    tooltip: { formatter: (points) => told(points[0].dataIndex) },
    brush: {
      xAxisIndex: 0,
      brushType: "lineX",
      brushMode: "single",
      toolbox: [],
      throttleType: "debounce",
      brushStyle: { borderWidth: 1, color: "rgba(128, 160, 170, 0.25)", borderColor: colour("accent") },
    },
    series: [
      { type: "bar", stack: "all", data: data.grave, itemStyle: { color: colour("high") }, barCategoryGap: "12%" },
      { type: "bar", stack: "all", data: data.other, itemStyle: { color: colour("accent") } },
    ],
  }));

  function labels() {
    return { color: colour("ink-3"), fontFamily: colour("sans"), fontSize: 11, hideOverlap: true };
  }

  function told(place) {
    const grave = data.grave[place];
    const all = grave + data.other[place];
    const span = `${data.starts[place].replace("T", " ")} – ${data.ends[place].slice(-5)}`;
    return `${span}\n${data.words.all}: ${number(all)}\n${data.words.grave}: ${number(grave)}`;
  }

  function take() {
    chart.dispatchAction({ type: "takeGlobalCursor", key: "brush", brushOption: { brushType: "lineX", brushMode: "single" } });
  }

  chart.on("brushEnd", (event) => {
    const range = event.areas[0]?.coordRange;
    if (!range) return;
    const [from, to] = range.map((place) => Math.min(data.starts.length - 1, Math.max(0, place)));
    const search = new URLSearchParams(location.search);
    for (const name of ["last", "before"]) search.delete(name);
    search.set("since", data.starts[from]);
    search.set("until", data.ends[to]);
    location.search = search;
  });
  new MutationObserver(() => setTimeout(take)).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  take();
}

document.addEventListener("htmx:afterSwap", () => {
  const holder = document.getElementById("s-chart");
  if (holder && !holder.dataset.drawn) {
    holder.dataset.drawn = "yes";
    draw(holder);
  }
});

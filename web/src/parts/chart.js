// Charts in the portal's own colours, drawn on a canvas: nothing in them needs an inline style.
import { BarChart } from "echarts/charts";
import { AriaComponent, BrushComponent, GridComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([AriaComponent, BarChart, BrushComponent, CanvasRenderer, GridComponent, TooltipComponent]);

/** The value of a CSS variable of ours: `colour("accent")`. */
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--q-${name}`).trim();
}

function frame() {
  const line = colour("line");
  const words = { color: colour("ink-3"), fontFamily: colour("sans"), fontSize: 11 };
  return {
    animation: false,
    aria: { enabled: true },
    textStyle: { fontFamily: colour("sans") },
    color: [colour("accent")],
    grid: { left: 8, right: 8, top: 8, bottom: 4, containLabel: true },
    tooltip: {
      trigger: "axis",
      // HTML tooltips would carry inline styles, which the content-security policy forbids.
      renderMode: "richText",
      backgroundColor: colour("surface"),
      borderColor: colour("line-strong"),
      textStyle: { color: colour("ink"), fontSize: 12 },
      axisPointer: { type: "shadow", shadowStyle: { color: colour("sunken"), opacity: 0.6 } },
    },
    xAxis: { axisLine: { lineStyle: { color: line } }, axisTick: { show: false }, axisLabel: words },
    yAxis: { splitLine: { lineStyle: { color: line } }, axisLabel: words },
  };
}

/** Our frame with the option's own fields laid over it, two levels deep. */
function dressed(option) {
  const whole = frame();
  for (const [name, value] of Object.entries(option)) {
    const both = value && typeof value === "object" && !Array.isArray(value) && whole[name];
    whole[name] = both ? { ...whole[name], ...value } : value;
  }
  return whole;
}

/**
 * A chart in `element`, drawn from `describe()`, a function that gives an ECharts option without colours of its own
 * (use `colour`). It is drawn again when the theme changes and when `redraw()` is called, and follows its element's size.
 */
export function createChart(element, describe) {
  const chart = echarts.init(element, null, { renderer: "canvas" });
  const redraw = () => chart.setOption(dressed(describe()), { notMerge: true });
  new ResizeObserver(() => chart.resize()).observe(element);
  new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  redraw();
  return { chart, redraw };
}

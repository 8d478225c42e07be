// Situation, statistics, calendar: charts, the live signals, the form of a change.
import { watchChange } from "./statistics/change.js";
import "./styles/statistics.css";

const live = document.getElementById("t-live");
if (live) import("./statistics/live.js").then(({ watchSignals }) => watchSignals(live));

const bars = document.querySelectorAll("[data-bars]");
if (bars.length) import("./statistics/bars.js").then(({ drawBars }) => bars.forEach(drawBars));

watchChange(document.getElementById("t-change"));

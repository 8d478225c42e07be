// The live page: signals as they come, and never a row that moves while somebody reads it.
import "./styles/signals.css";
import "./styles/live.css";
import { createList } from "./live/list.js";
import { createStrip } from "./live/strip.js";
import { createSummary } from "./live/summary.js";
import { openStream } from "./live/stream.js";

const page = document.getElementById("l-page");
const words = JSON.parse(document.getElementById("l-words").textContent);
const summary = createSummary(words);
const strip = createStrip(words);
const list = createList(words, { nameOf: summary.nameOf, onChange: strip.show });
strip.onFresh(list.release);
strip.onPause(list.setPaused);

openStream(page.dataset.stream, {
  lines: (news) => list.add(news.lines, news.more),
  summary: (numbers) => {
    summary.show(numbers);
    strip.rate(numbers.rate);
    list.rename();
  },
  state: strip.connection,
});

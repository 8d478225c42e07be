// What every page of the gate has: styles, the switch of the theme, copying, relative times.
import "./styles/base.css";
import "./styles/gate.css";
import { watchCopy } from "./parts/copy.js";
import { watchTheme } from "./parts/theme.js";
import { watchTimes } from "./parts/times.js";

watchTheme();
watchCopy();
watchTimes();

// What every page of the gate has: styles, and the switch of the theme.
import "./styles/base.css";
import { watchTheme } from "./parts/theme.js";

watchTheme();

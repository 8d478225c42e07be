// What every page of the portal has: styles, htmx, theme switch, menus, copying, relative times, keys.
import "./styles/base.css";
import "./htmx.js";
import { watchCopy } from "./parts/copy.js";
import { watchFiles } from "./parts/files.js";
import { watchKeys } from "./parts/keys.js";
import { watchMenus } from "./parts/menus.js";
import { watchMoments } from "./parts/moments.js";
import { watchNotices } from "./parts/notices.js";
import { watchTables } from "./parts/tables.js";
import { watchTheme } from "./parts/theme.js";
import { watchTimes } from "./parts/times.js";

watchTheme();
watchMenus();
watchCopy();
watchKeys();
watchTimes();
watchTables();
watchMoments();
watchFiles();
watchNotices();

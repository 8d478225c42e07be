// htmx under the content-security policy: no inline styles, no evaluated strings, own origin only.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  // Its default copies the attribute `style` too, which the policy forbids.
  attributesToSettle: ["class"],
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
});

export default htmx;

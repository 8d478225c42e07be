// The stream of events: opened, reopened by the browser, and reopened by us where the browser gives up.
const AGAIN_MS = 3000;

/** Calls `lines`, `summary` with what came, and `state` with "connecting", "live" or "lost". */
export function openStream(address, handlers) {
  let source = null;
  let seen = "";

  function open() {
    handlers.state("connecting");
    source = new EventSource(address);
    source.addEventListener("open", () => handlers.state("live"));
    source.addEventListener("lines", (event) => {
      seen = event.lastEventId;
      handlers.lines(JSON.parse(event.data));
    });
    source.addEventListener("summary", (event) => handlers.summary(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      handlers.state("lost");
      // A refusal, such as an ended session, closes it for good: a page asked for anew leads to where one signs in.
      if (source.readyState === EventSource.CLOSED) setTimeout(reconsider, AGAIN_MS);
    });
  }

  async function reconsider() {
    try {
      const answer = await fetch(location.href, { method: "HEAD", redirect: "manual", cache: "no-store" });
      if (answer.type === "opaqueredirect" || answer.status === 403) return location.reload();
    } catch {
      // The hub is away: the next try tells.
    }
    open();
  }

  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && open());
  open();
  return { seen: () => seen };
}

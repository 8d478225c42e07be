// The number of unseen notices beside their place in the menu, told by the hub as it changes.
// Only the page that is looked at listens: a browser gives one host few connections.
const MOST = 99;

export function watchNotices() {
  const place = document.querySelector("a[data-notices]");
  if (!place) return;
  // Besides the place itself the button has one that unfolds the menu on narrow pages.
  const badges = document.querySelectorAll("[data-notices-count]");
  const words = place.querySelector("[data-notices-words][role=status]");
  let source = null;

  const show = (number) => {
    const shown = number > MOST ? `${MOST}+` : String(number);
    for (const badge of badges) {
      badge.textContent = shown;
      badge.hidden = number === 0;
    }
    words.textContent = number === 0 ? "" : `${place.dataset.noticesWords}: ${shown}`;
    // Whoever draws what waits looks again: something of this person's changed.
    document.dispatchEvent(new CustomEvent("q:told", { detail: { unseen: number } }));
  };
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(place.dataset.notices);
    source.addEventListener("unseen", (event) => show(Number(event.data)));
  };
  const close = () => {
    source?.close();
    source = null;
  };

  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
}

// The inbox is quiet: what came since it was drawn is told by a bar, and drawn when the bar is pressed.
export function watchFresh() {
  const bar = document.querySelector("[data-news]");
  if (!bar) return;
  const link = bar.querySelector("a");
  const drawn = new Set([...document.querySelectorAll("[data-key]")].map((row) => row.dataset.key));
  let asking = false;
  let again = false;

  async function look() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const answer = await fetch(bar.dataset.news, { headers: { accept: "application/json" } });
      if (answer.ok && !answer.redirected) show((await answer.json()).waiting.filter((key) => !drawn.has(key)).length);
    } catch {
      // The portal does not answer: the next thing that is told asks again.
    } finally {
      asking = false;
      if (again) {
        again = false;
        look();
      }
    }
  }

  function show(count) {
    link.hidden = count === 0;
    const words = count === 0 ? "" : bar.dataset.words.replace("%(count)s", count);
    if (link.textContent !== words) link.textContent = words;
  }

  document.addEventListener("q:told", look);
}

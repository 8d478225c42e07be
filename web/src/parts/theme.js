// The switch of the theme: system, light or dark, remembered in a cookie that the server reads at the next page.
const YEAR = 365 * 24 * 60 * 60;

export function watchTheme() {
  const root = document.documentElement;
  const choices = document.querySelectorAll("input[name=q-theme]");
  for (const choice of choices) {
    choice.checked = choice.value === (root.dataset.theme || "system");
    choice.addEventListener("change", () => {
      root.dataset.theme = choice.value;
      const secure = location.protocol === "https:" ? "; Secure" : "";
      document.cookie = `qorgan_theme=${choice.value}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
      root.dispatchEvent(new CustomEvent("qorgan:theme"));
    });
  }
}

// Light or dark by choice. The choice stays in this browser (localStorage, no cookie); without one the system decides.
(() => {
  const KEY = "digest-theme";
  const root = document.documentElement;
  const kept = () => {
    try { return localStorage.getItem(KEY); } catch { return null; }
  };
  const keep = (theme) => {
    try { localStorage.setItem(KEY, theme); } catch { /* the choice then lasts as long as the page */ }
  };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.theme || (system.matches ? "dark" : "light");
  const theme = kept();
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;

  document.addEventListener("DOMContentLoaded", () => {
    const place = document.getElementById("theme_switch");
    if (!place) return;
    const button = document.createElement("button");
    button.type = "button";
    const show = () => {
      const other = current() === "dark" ? "light" : "dark";
      button.textContent = place.dataset[other];
    };
    button.addEventListener("click", () => {
      root.dataset.theme = current() === "dark" ? "light" : "dark";
      keep(root.dataset.theme);
      show();
    });
    system.addEventListener("change", show);
    show();
    place.append(button);
    place.hidden = false;
  });
})();

// The queue: tick all, say how many are ticked, remember whether the filters are open. The page works without it.

const form = document.getElementById("queue-form");
if (form) {
  const all = form.querySelector("[data-all]");
  const ticks = [...form.querySelectorAll("input[name=item]")];
  const said = form.querySelector("#queue-ticked");
  const tell = () => {
    const count = ticks.filter((tick) => tick.checked).length;
    all.checked = count === ticks.length;
    all.indeterminate = count > 0 && count < ticks.length;
    if (said) said.textContent = count ? `With ${count} ticked ${count === 1 ? "article" : "articles"}:` : "With the ticked articles:";
  };
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const tick of ticks) tick.checked = all.checked;
    tell();
  });
  for (const tick of ticks) tick.addEventListener("change", tell);
  window.addEventListener("pageshow", tell); // browsers bring ticks back
}

const filters = document.querySelector("[data-remember]");
if (filters) {
  const key = filters.dataset.remember;
  try {
    if (sessionStorage.getItem(key)) filters.open = true;
    filters.addEventListener("toggle", () =>
      filters.open ? sessionStorage.setItem(key, "open") : sessionStorage.removeItem(key),
    );
  } catch {
    // storage is off: the filters begin closed
  }
}

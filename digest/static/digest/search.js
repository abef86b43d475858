// Titles while one types: the combobox of the ARIA Authoring Practices Guide over a form that works without it.
const WAIT = 150; // milliseconds of silence before the site is asked
const SHORTEST = 3; // letters

const form = document.querySelector("form.search");
const input = form.querySelector("input");
const list = document.createElement("ul");
const said = document.createElement("p");
let timer = 0;
let asked = null;
let chosen = -1;

function setUp() {
  list.id = "search_titles";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", document.querySelector("h1").textContent);
  said.className = "said";
  said.setAttribute("role", "status");
  form.querySelector(".field").append(list);
  form.append(said);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
}

function close() {
  clearTimeout(timer);
  asked?.abort();
  list.hidden = true;
  chosen = -1;
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
  said.textContent = "";
}

function option(title, address, number) {
  const item = document.createElement("li");
  item.id = `search_title_${number}`;
  item.textContent = title;
  item.dataset.path = new URL(address).pathname;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  return item;
}

function show([, titles, , addresses]) {
  if (!titles.length || document.activeElement !== input) return close();
  list.replaceChildren(...titles.map((title, number) => option(title, addresses[number], number)));
  list.hidden = false;
  chosen = -1;
  input.setAttribute("aria-expanded", "true");
  input.removeAttribute("aria-activedescendant");
  said.textContent = String(titles.length);
}

async function ask() {
  asked = new AbortController();
  const address = `${form.dataset.suggest}?q=${encodeURIComponent(input.value)}`;
  try {
    const answer = await fetch(address, { signal: asked.signal });
    if (answer.ok) show(await answer.json());
  } catch (problem) {
    if (problem.name !== "AbortError") close(); // no titles then; the form still works
  }
}

function choose(number) {
  const options = [...list.children];
  chosen = (number + options.length + 1) % (options.length + 1); // one past the last is the field itself
  options.forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
  const item = options[chosen];
  if (item) {
    input.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest" });
  } else {
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
  }
}

function key(event) {
  if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    close();
  } else if (!list.hidden && event.key === "ArrowDown") {
    event.preventDefault();
    choose(chosen + 1);
  } else if (!list.hidden && event.key === "ArrowUp") {
    event.preventDefault();
    choose(chosen === -1 ? list.children.length - 1 : chosen - 1);
  } else if (!list.hidden && event.key === "Enter" && chosen >= 0) {
    event.preventDefault();
    location.assign(list.children[chosen].dataset.path);
  }
}

setUp();
input.addEventListener("keydown", key);
input.addEventListener("blur", close);
input.addEventListener("input", () => {
  clearTimeout(timer);
  asked?.abort();
  if (input.value.trim().length < SHORTEST) return close();
  timer = setTimeout(ask, WAIT);
});
list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
list.addEventListener("click", (event) => {
  const item = event.target.closest("[role=option]");
  if (item) location.assign(item.dataset.path);
});

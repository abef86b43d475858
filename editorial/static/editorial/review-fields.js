// Lengths while one types, and tags completed from those that approved texts have.
const page = document.getElementById("review");
const TITLE_GOOD = 110; // characters that lists and search results show
const EXCERPT_GOOD = 300;

for (const length of document.querySelectorAll("[data-length-of]")) {
  const field = document.getElementById(length.dataset.lengthOf);
  const good = field.name === "title" ? TITLE_GOOD : EXCERPT_GOOD;
  const show = () => {
    const count = [...field.value].length;
    length.textContent = count > good ? `${count} characters, long: over ${good}` : `${count} characters`;
    length.classList.toggle("is-over", count > good);
  };
  field.addEventListener("input", show);
  show();
}

const tags = document.getElementById("id_tags");
if (tags && !tags.matches(":disabled")) complete(tags);

function complete(field) {
  const list = Object.assign(document.createElement("ul"), { className: "tag-options", id: "tag-options", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Approved tags");
  field.after(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  field.autocomplete = "off";
  let asked = "";
  let at = -1;

  const options = () => [...list.children];
  const range = () => {
    const end = field.selectionStart;
    const start = field.value.lastIndexOf(",", end - 1) + 1;
    const stop = field.value.indexOf(",", end);
    return [start, stop < 0 ? field.value.length : stop];
  };
  const close = () => {
    list.hidden = true;
    at = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const choose = (name) => {
    const [start, stop] = range();
    const before = field.value.slice(0, start);
    const after = field.value.slice(stop);
    field.value = `${before}${before ? " " : ""}${name}${after || ", "}`.replace(/^ /, "");
    field.setSelectionRange(field.value.length - after.length, field.value.length - after.length);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    close();
  };
  const point = (to) => {
    const all = options();
    at = (to + all.length) % all.length;
    all.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
    field.setAttribute("aria-activedescendant", all[at].id);
  };

  field.addEventListener("input", async () => {
    const [start, stop] = range();
    const begun = field.value.slice(start, stop).trim();
    asked = begun;
    if (begun.length < 1) return close();
    let names = [];
    try {
      const answer = await fetch(`${page.dataset.tagsUrl}?q=${encodeURIComponent(begun)}`, { redirect: "manual" });
      if (!answer.ok) return close();
      names = (await answer.json()).tags;
    } catch {
      return close();
    }
    if (asked !== begun || document.activeElement !== field) return;
    const used = new Set(field.value.toLowerCase().split(",").map((name) => name.trim()));
    names = names.filter((name) => !used.has(name.toLowerCase()));
    list.replaceChildren(...names.map((name, index) => {
      const option = Object.assign(document.createElement("li"), { id: `tag-option-${index}`, textContent: name });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.addEventListener("mousedown", (event) => {
        event.preventDefault();
        choose(name);
      });
      return option;
    }));
    at = -1;
    list.hidden = !names.length;
    field.setAttribute("aria-expanded", String(names.length > 0));
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at < 0 ? -1 : at - 1);
    else if ((event.key === "Enter" || event.key === "Tab") && at >= 0) choose(options()[at].textContent);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener("blur", close);
}

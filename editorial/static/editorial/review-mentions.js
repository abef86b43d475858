// Names behind an @ completed in comments and answers. Without this script one types the whole name.
const panel = document.getElementById("comments");
const told = document.getElementById("review-said");
const SHOWN = 8;
const LIST = "mention-options";
const BEGUN = /(?<![\p{L}\p{N}_@.+-])@([\p{L}\p{N}_@.+-]*)$/u; // as the server reads a call: "bea@example.org" is none

let field = null; // with the list open below it
let at = 0;

const list = () => document.getElementById(LIST);
const people = () => JSON.parse(document.getElementById("comment-people")?.textContent ?? "[]");
const begun = (area) => BEGUN.exec(area.value.slice(0, area.selectionStart))?.[1];
const isComment = (target) => target.matches("textarea[name=said], textarea[name^=answer-]");

function say(text) {
  told.textContent = "";
  requestAnimationFrame(() => (told.textContent = text));
}

/** Those whose username, or a part of whose name, begins so. */
function matching(typed) {
  const start = typed.toLowerCase();
  return people().filter((names) => names.some((name) => [name, ...name.split(/\s+/)].some((part) => part.toLowerCase().startsWith(start)))).slice(0, SHOWN);
}

function close() {
  list()?.remove();
  field?.removeAttribute("aria-activedescendant");
  field?.removeAttribute("aria-controls");
  field = null;
}

function open(area, found) {
  close();
  const options = Object.assign(document.createElement("ul"), { className: "tag-options", id: LIST });
  options.setAttribute("role", "listbox");
  options.setAttribute("aria-label", "People");
  for (const [index, [name, full]] of found.entries()) {
    const option = Object.assign(document.createElement("li"), { id: `mention-option-${index}`, textContent: full === name ? `@${name}` : `@${name}, ${full}` });
    option.setAttribute("role", "option");
    option.dataset.name = name;
    option.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(name);
    });
    options.append(option);
  }
  area.after(options);
  field = area;
  field.setAttribute("aria-controls", LIST);
  point(0);
}

function point(to) {
  const all = [...list().children];
  at = (to + all.length) % all.length;
  all.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
  all[at].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", all[at].id);
}

function choose(name) {
  const end = field.selectionStart;
  const start = end - begun(field).length;
  const after = field.value.slice(end);
  field.setRangeText(after.startsWith(" ") ? name : `${name} `, start, end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  close();
}

function typed({ target }) {
  if (!isComment(target)) return;
  const start = begun(target);
  const found = start === undefined ? [] : matching(start);
  if (!found.length) return close();
  const wasOpen = field === target && list();
  open(target, found);
  if (!wasOpen) say(`${found.length === 1 ? "One person" : `${found.length} people`} to choose from: arrow keys, then Enter.`);
}

panel?.addEventListener("focusin", ({ target }) => {
  if (!isComment(target)) return;
  target.setAttribute("aria-autocomplete", "list");
  target.setAttribute("aria-haspopup", "listbox");
});
panel?.addEventListener("input", typed);
panel?.addEventListener("focusout", close);
panel?.addEventListener(
  "keydown",
  (event) => {
    if (!field || event.target !== field || !list() || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown") point(at + 1);
    else if (event.key === "ArrowUp") point(at - 1);
    else if (event.key === "Enter") choose(list().children[at].dataset.name);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  },
  true, // before the keys of the page
);

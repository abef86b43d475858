// The panels of the review page on which people mark things: stories, claims, comments. Their buttons are sent without
// leaving the page, and their places are shown in the text. Without this script they are buttons of the text's form.
const form = document.getElementById("text-form");
const editor = document.getElementById("editor");
const told = document.getElementById("review-said");
const panels = ["stories", "claims", "comments"].map((id) => document.getElementById(id)).filter(Boolean);
const tabOf = (panel) => document.getElementById(`tab-${panel.id}`);

function say(text) {
  told.textContent = "";
  requestAnimationFrame(() => (told.textContent = text));
}

/** The fields that go with a button: those of its card or panel, not the text. */
function fieldsOf(button, panel) {
  const sent = new URLSearchParams({ [button.name]: button.value, based_on: form.elements.based_on.value });
  for (const field of panel.querySelectorAll("textarea[name], input[name]")) if (field.value) sent.set(field.name, field.value);
  return sent;
}

async function send(button, panel) {
  button.disabled = true;
  warn(panel, "");
  try {
    const answer = await fetch(button.formAction, {
      method: "POST",
      body: fieldsOf(button, panel),
      redirect: "manual",
      headers: { Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    if (answer.type === "opaqueredirect") throw new Error("You are logged out. Log in in another tab, then try again.");
    if (answer.status >= 500) throw new Error("The server could not do it. Nothing was lost; try again.");
    const news = await answer.json();
    if (!answer.ok) throw new Error(news.error);
    show(panel, news, button);
  } catch (error) {
    button.disabled = false;
    const words = error instanceof TypeError ? "The network does not answer. What you wrote is kept; try again." : error.message;
    warn(panel, words, button);
    say(words);
  }
}

/** A sentence about what was refused, beside the button that was pressed. */
function warn(panel, words, button) {
  panel.querySelector(".mark-error")?.remove();
  if (!words) return;
  const note = Object.assign(document.createElement("p"), { className: "mark-error errornote", textContent: words });
  (button.closest(".mark-acts") ?? button.parentElement).after(note);
  note.scrollIntoView({ block: "nearest" });
}

/** Put the panel anew in place of the old one: what was open stays open, what else was typed stays, and the focus goes
    on to what comes next. */
function show(panel, news, button) {
  const open = new Map([...panel.querySelectorAll("details[id]")].map((one) => [one.id, one.open]));
  const used = new Set([...usedBy(button, panel)].map((field) => field.name));
  const typed = [...panel.querySelectorAll("textarea[name], input[name]")].filter((field) => field.value && !used.has(field.name));
  const place = { name: button.name, at: [...panel.querySelectorAll(`[name="${button.name}"]`)].indexOf(button), top: panel.scrollTop };
  panel.innerHTML = news.html; // made by our own template, as the page itself
  for (const [id, isOpen] of open) {
    const details = document.getElementById(id);
    if (details) details.open = isOpen;
  }
  for (const field of typed) {
    const fresh = panel.querySelector(`[name="${field.name}"]`);
    if (!fresh) continue;
    fresh.value = field.value;
    const more = fresh.closest(".mark-more");
    if (more) more.open = true;
  }
  const count = tabOf(panel)?.querySelector(".count");
  if (count) count.textContent = news.tab;
  panel.scrollTop = place.top;
  markComments();
  focusNext(panel, news.at, place);
  say(news.said);
}

/** The fields that a button sends as its own. */
function* usedBy(button, panel) {
  const near = button.closest(".mark-more, .comment-new, .claim-story") ?? panel;
  if (["say", "answer", "claim"].includes(button.name)) yield* near.querySelectorAll("textarea[name], input[name]");
}

function focusNext(panel, at, { name, at: index }) {
  const same = panel.querySelectorAll(`[name="${name}"]`);
  const next = name === "accept" ? same[Math.min(index, same.length - 1)] : null;
  const pressed = name === "claim" ? same[index] : null;
  const target = next ?? pressed ?? document.getElementById(at) ?? panel;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest" });
}

/** Where a passage stands in the text as it is now: nearest to where it was when the page was made. */
function placeOf({ from, was }) {
  const text = editor.value;
  const start = Math.min(Number(from), text.length);
  if (!was) return { from: start, to: start };
  let at = -1;
  for (let next = text.indexOf(was); next >= 0; next = text.indexOf(was, next + 1)) {
    if (at < 0 || Math.abs(next - start) < Math.abs(at - start)) at = next;
    if (next > start) break;
  }
  return at < 0 ? null : { from: at, to: at + was.length };
}

/** Mark in the text what open comments are about. What is marked moves with the text; what is not is looked for. */
function markComments() {
  editor.passages = openComments().map(({ card, link }) => {
    const by = card.querySelector(".comment-by strong").textContent;
    const words = card.querySelector(".comment-body").textContent.trim().replace(/\s+/g, " ");
    const says = `Comment by ${by}: ${words.length > 80 ? `${words.slice(0, 80)}…` : words}`;
    return { id: card.id, says, ...(placeOf(link.dataset) ?? { from: -1, to: -1 }) };
  });
}

const openComments = () =>
  [...document.querySelectorAll("#comments .comment-card:not(.is-decided)")]
    .map((card) => ({ card, link: card.querySelector(".comment-quote [data-show]") }))
    .filter(({ link }) => link);

function toComment(id) {
  const card = document.getElementById(id);
  if (!card) return;
  tabOf(document.getElementById("comments")).click();
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function reveal(link) {
  const marked = editor.passages.find(({ id }) => id === link.closest(".comment-card")?.id);
  const place = marked ?? placeOf(link.dataset);
  if (!place) return say("This is not in the text any more as it stands now.");
  if (editor.offsetParent === null) document.querySelector('.review-layouts [value="side"]')?.click();
  editor.reveal(place.from, place.to);
  editor.scrollIntoView({ block: "nearest" });
  editor.focusText();
}

/** Take what is selected in the text as the passage that a comment is about. */
function takePassage() {
  const main = editor.view?.state.selection.main;
  if (!main || main.empty) return say("Select a passage in the text first.");
  const text = editor.value;
  document.getElementById("passage").value = text.slice(main.from, main.to);
  document.getElementById("passage-before").value = text.slice(Math.max(0, main.from - 100), main.from);
  document.getElementById("passage-after").value = text.slice(main.to, main.to + 100);
  document.getElementById("said").focus();
  say("The passage is taken. Write your comment.");
}

for (const panel of panels) {
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("[data-post]");
    const link = event.target.closest("[data-show]");
    if (button) {
      event.preventDefault();
      send(button, panel);
    } else if (link) {
      event.preventDefault();
      reveal(link);
    } else if (event.target.closest("[data-take-passage]")) takePassage();
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !event.target.matches("textarea")) return;
    const near = event.target.closest(".mark-more, .comment-new");
    event.preventDefault();
    near?.querySelector("button[type=submit]")?.click();
  });
}

// The key for accepting: the story at the cursor, else the next one that nobody has decided on.
document.addEventListener("review-accept-story", (event) => {
  const panel = document.getElementById("stories");
  if (!panel) return;
  event.preventDefault();
  const cursor = editor.view?.state.selection.main.head ?? 0;
  const buttons = [...panel.querySelectorAll("[data-accept-story]:not(:disabled)")];
  const startOf = (button) => placeOf(button.closest(".mark-card").querySelector("[data-show]").dataset)?.from ?? 0;
  const here = buttons.filter((button) => startOf(button) <= cursor).at(-1) ?? buttons[0];
  if (!here) return say("There is no story to accept here.");
  tabOf(panel)?.click();
  send(here, panel);
});

// Passages that are talked about: marked, told of when the cursor comes to one, and a way to their thread.
if (editor.view) markComments();
editor.addEventListener("editor-ready", markComments);
let markTimer = 0;
form.addEventListener("input", () => {
  if (editor.passages.length === openComments().length) return;
  clearTimeout(markTimer);
  markTimer = setTimeout(markComments, 300); // what was deleted may be back
});
editor.addEventListener("editor-comment", ({ detail: { id, asked } }) => {
  if (asked) return toComment(id);
  const says = editor.passages.find((one) => one.id === id)?.says;
  if (says) say(`${says} Alt m leads to it.`);
});
document.addEventListener("review-comment", () => {
  const cursor = editor.view?.state.selection.main.head ?? 0;
  const all = [...(editor.view ? editor.passages : [])].sort((one, other) => one.from - other.from);
  const next = all.find(({ from, to }) => from <= cursor && cursor <= to) ?? all.find(({ from }) => from > cursor) ?? all[0];
  if (!next) return say("No passage of the text has an open comment.");
  toComment(next.id);
});

// An address that names a card opens its tab and goes there.
const target = /^#[\w-]+$/.test(location.hash) ? document.querySelector(location.hash) : null;
const within = target && panels.find((panel) => panel !== target && panel.contains(target));
if (within) {
  tabOf(within)?.click();
  for (let details = target.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
  const card = target.closest(".mark-card, .claim-line") ?? target;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "center" });
}

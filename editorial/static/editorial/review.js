// The review page: tabs, layouts, findings, keys, and how long the page was read. The page works without this.
// Other scripts of the page: review-drafts.js (nothing typed is lost), review-preview.js, review-fields.js.
const page = document.getElementById("review");
const form = document.getElementById("text-form");
const editor = document.getElementById("editor");
const body = document.getElementById("id_body");
const said = document.getElementById("review-said");
const token = () => form.elements.csrfmiddlewaretoken.value;

/** Tell people who listen to the page. */
function say(text) {
  said.textContent = "";
  requestAnimationFrame(() => (said.textContent = text));
}

// --- tabs ---

const tabs = [...document.querySelectorAll(".review-tabs [role=tab]")];
const panelOf = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
const isShown = (element) => element.offsetParent !== null;

function open(tab, { focus = false } = {}) {
  for (const each of tabs) {
    const isOpen = each === tab;
    each.setAttribute("aria-selected", String(isOpen));
    each.tabIndex = isOpen ? 0 : -1;
    panelOf(each).classList.toggle("is-open", isOpen);
  }
  if (focus) tab.focus();
  document.dispatchEvent(new CustomEvent("review-tab", { detail: tab.id }));
}

for (const tab of tabs) {
  const panel = panelOf(tab);
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
  panel.removeAttribute("aria-label");
  tab.addEventListener("click", () => open(tab));
  tab.addEventListener("keydown", (event) => {
    const shown = tabs.filter(isShown);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    open(shown[(shown.indexOf(tab) + step + shown.length) % shown.length], { focus: true });
  });
}

const named = (id) => tabs.find((tab) => panelOf(tab).id === id);
const wide = matchMedia("(min-width: 1700px)");
const hasOwnPreview = () => wide.matches || ["rendered", "preview"].includes(page.dataset.layout);

function firstTab() {
  const asked = named(location.hash.slice(1)) ?? (location.hash.startsWith("#finding-") && named("findings"));
  const hasFindings = document.querySelector(".finding-card, [data-unchecked]");
  open(asked || (hasFindings || hasOwnPreview() ? named("findings") : named("preview-panel")));
}
firstTab();
for (const change of [wide, matchMedia("(max-width: 1099px)")])
  change.addEventListener("change", () => hasOwnPreview() && open(tabs.find((tab) => tab.getAttribute("aria-selected") === "true" && isShown(tab)) ?? named("findings")));

// --- layouts ---

const layoutButtons = [...document.querySelectorAll(".review-layouts button")];
const narrow = matchMedia("(max-width: 767px)");
let diffOpened = false;
/** Whoever touches a layout that shows changes, or goes to one of them, has had them open; that they came up has no weight. */
for (const touch of ["focusin", "pointerdown", "wheel"]) {
  document.querySelector("#editor").addEventListener(touch, () => (diffOpened ||= page.dataset.layout !== "preview"), { passive: true });
}

function fitEditor() {
  const layout = page.dataset.layout;
  const wanted = layout === "side" && !narrow.matches ? "side" : "inline";
  if (editor.getAttribute("layout") !== wanted) editor.setAttribute("layout", wanted);
}

function setLayout(layout) {
  page.dataset.layout = layout;
  for (const button of layoutButtons) button.setAttribute("aria-pressed", String(button.value === layout));
  if (layout !== "preview") diffOpened = true;
  fitEditor();
  if (hasOwnPreview() && named("preview-panel").getAttribute("aria-selected") === "true") open(named("findings"));
  document.dispatchEvent(new CustomEvent("review-layout", { detail: layout }));
  say(`Layout: ${layoutButtons.find((button) => button.value === layout).textContent}`);
  const sent = new URLSearchParams({ layout });
  fetch(page.dataset.layoutUrl, { method: "POST", body: sent, headers: { Accept: "application/json", "X-CSRFToken": token() } }).catch(() => {});
}

narrow.addEventListener("change", fitEditor);
fitEditor();
for (const button of layoutButtons)
  button.addEventListener("click", (event) => {
    event.preventDefault();
    setLayout(button.value);
  });
for (const since of document.querySelectorAll(".review-since a")) since.addEventListener("click", () => (diffOpened = true));

// --- findings ---

const cards = () => [...document.querySelectorAll(".finding-card:not(.is-done)")];
let here = null;

/** A finding's place in the text as it stands now: the passage, if it is still there, nearest to where it was. */
function placeOf(card) {
  const { from, was, field } = card.dataset;
  if (field) return null;
  const text = editor.value;
  const start = Number(from);
  if (!was) return { from: Math.min(start, text.length), to: Math.min(start, text.length) };
  let at = -1;
  for (let next = text.indexOf(was); next >= 0; next = text.indexOf(was, next + 1)) {
    if (at < 0 || Math.abs(next - start) < Math.abs(at - start)) at = next;
    if (next > start) break;
  }
  return at < 0 ? null : { from: at, to: at + was.length };
}

function mark() {
  const marks = [];
  for (const card of cards()) {
    const place = placeOf(card);
    card.classList.toggle("is-gone", place === null && !card.dataset.field);
    if (place && place.from < place.to)
      marks.push({ ...place, severity: card.dataset.severity, message: card.querySelector(".finding-says").textContent.trim(), id: card.id });
  }
  editor.findings = marks;
}

function stand(card, { focus = true } = {}) {
  here?.classList.remove("is-here");
  here = card;
  card.classList.add("is-here");
  if (!named("findings").matches("[aria-selected=true]")) open(named("findings"));
  if (focus) card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

/** Show a finding's place: in the text without taking the focus from its card, or the field that it is about. */
function show(card) {
  if (card.dataset.field) {
    document.getElementById(`id_${card.dataset.field}`)?.scrollIntoView({ block: "center" });
    return;
  }
  const place = placeOf(card);
  if (place && isShown(editor)) editor.reveal(place.from, place.to);
}

function step(by) {
  const all = cards();
  if (!all.length) return say("No findings.");
  const at = all.indexOf(here);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : (at + by + all.length) % all.length;
  stand(all[next]);
  show(all[next]);
  say(`Finding ${next + 1} of ${all.length}: ${all[next].querySelector(".finding-says").textContent.trim()}`);
}

function fix(card) {
  const { fix: text, field } = card.dataset;
  if (text === undefined) return say("This finding has no fix. Correct the text, or waive the finding.");
  if (field) return card.querySelector("[data-do=fix]").click();
  const place = placeOf(card);
  if (!place) return say("What this finding is about is not in the text any more. Save to check the text anew.");
  const following = cards()[cards().indexOf(card) + 1] ?? cards()[0];
  editor.replace(place.from, place.to, text);
  done(card, "Fixed in the text, not saved yet.");
  if (following && following !== card) stand(following);
  else editor.focusText();
  say("Fixed in the text, not saved yet.");
}

function done(card, words) {
  card.classList.add("is-done");
  card.classList.remove("is-here");
  card.querySelector(".finding-acts").replaceChildren(Object.assign(document.createElement("span"), { className: "help", textContent: words }));
  if (here === card) here = null;
  document.getElementById("findings-count").textContent = cards().length;
  mark();
}

async function waive(card) {
  const reason = card.querySelector(".finding-waive input");
  if (!reason.value.trim()) {
    reason.focus();
    return say("Waiving needs a reason. Write one sentence.");
  }
  const print = card.dataset.fingerprint;
  const sent = new URLSearchParams({ waive: print, [`reason-${print}`]: reason.value });
  try {
    const answer = await fetch(page.dataset.waiveUrl, { method: "POST", body: sent, redirect: "manual", headers: { Accept: "application/json", "X-CSRFToken": token() } });
    if (answer.type === "opaqueredirect") throw new Error("You are logged out. Log in in another tab, then try again.");
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.error);
    const following = cards()[cards().indexOf(card) + 1] ?? cards()[0];
    done(card, told.said);
    if (following && following !== card) stand(following);
    else document.getElementById("findings").focus();
    say(told.said);
  } catch (error) {
    const words = error instanceof TypeError ? "The network does not answer. Your reason is kept; try again." : error.message;
    let note = card.querySelector(".waive-error");
    if (!note) card.querySelector(".finding-waive").append((note = Object.assign(document.createElement("p"), { className: "waive-error errornote" })));
    note.textContent = words;
    say(words);
  }
}

document.getElementById("findings").addEventListener("click", (event) => {
  const control = event.target.closest("[data-do]");
  const card = event.target.closest(".finding-card");
  if (!card || !control) return;
  if (control.dataset.do === "show-finding") {
    event.preventDefault();
    stand(card, { focus: false });
    show(card);
    if (card.dataset.field) document.getElementById(`id_${card.dataset.field}`)?.focus();
    else editor.focusText();
  } else if (control.dataset.do === "fix" && !card.dataset.field) {
    event.preventDefault();
    fix(card);
  } else if (control.dataset.do === "waive") {
    event.preventDefault();
    waive(card);
  }
});
document.getElementById("findings").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".finding-waive input")) {
    event.preventDefault();
    waive(event.target.closest(".finding-card"));
  }
});
document.getElementById("findings").addEventListener("focusin", (event) => {
  const card = event.target.closest(".finding-card:not(.is-done)");
  if (card && card !== here) stand(card, { focus: false });
});

let markTimer = 0;
if (customElements.get("desk-editor")) mark();
editor.addEventListener("editor-ready", mark);
form.addEventListener("input", (event) => {
  if (event.target !== body) return;
  clearTimeout(markTimer);
  markTimer = setTimeout(mark, 300);
});
editor.addEventListener("editor-finding", (event) => {
  const card = document.getElementById(event.detail.id);
  if (card) stand(card, { focus: false });
});

// --- keys ---

const keys = document.getElementById("review-keys");
const keysOn = document.getElementById("review-keys-on");
try {
  keysOn.checked = localStorage.getItem("desk-keys") !== "off";
  keysOn.addEventListener("change", () => localStorage.setItem("desk-keys", keysOn.checked ? "on" : "off"));
} catch { /* no storage: the keys are on */ }
document.getElementById("review-keys-close").addEventListener("click", () => keys.close());

const press = (selector, missing) => {
  const found = [...document.querySelectorAll(selector)].find((one) => !one.disabled);
  if (!found) return say(missing);
  found.focus();
  return found;
};
const acts = {
  n: () => step(1),
  p: () => step(-1),
  f: () => (here ? fix(here) : say("Go to a finding first, with n.")),
  w: () => {
    const details = here?.querySelector(".finding-waive");
    if (!details) return say("Go to a finding that can be waived first, with n.");
    details.open = true;
    details.querySelector("input").focus();
  },
  j: () => isShown(editor) && editor.nextChange(),
  k: () => isShown(editor) && editor.previousChange(),
  u: () => say(isShown(editor) && editor.takeBack() ? "The change is taken back." : "Go to a change first, with j."),
  e: () => {
    if (!isShown(editor)) setLayout("side");
    editor.focusText();
  },
  c: () => document.dispatchEvent(new CustomEvent("review-accept-story", { cancelable: true })) && press("[data-accept-story]", "There is no story to accept here.")?.click(),
  m: () => document.dispatchEvent(new CustomEvent("review-comment")),
  s: () => save(),
  a: () => press("[data-decide=approve], .review-decide .approve, .review-decide .start_review", "Nothing to approve here.") && say("Press Enter to go on."),
  b: () => press("[data-decide=send_back], .review-decide .send_back", "It can't be sent back now.") && say("Press Enter to go on."),
  x: () => press("[data-next-article]", "There is no queue to go on in.")?.click(),
  t: () => {
    const shown = tabs.filter(isShown);
    const at = shown.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    open(shown[(at + 1) % shown.length], { focus: true });
  },
  "?": () => keys.showModal(),
};
layoutButtons.forEach((button, at) => (acts[String(at + 1)] = () => setLayout(button.value)));

function save() {
  const button = document.getElementById("save");
  if (!button) return say("This text can't be saved here.");
  button.click();
}

const isTyping = (target) => target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, desk-editor, [contenteditable]");
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    return save();
  }
  if (event.key === "Escape" && isTyping(event.target) && !event.defaultPrevented && !keys.open) {
    const panel = document.querySelector(".review-panel.is-open");
    (here ?? panel).focus({ preventScroll: true });
    return say("Left the text. Press ? for the keys.");
  }
  if (!keysOn.checked && event.key !== "?") return;
  if (document.querySelector("dialog[open]") || event.ctrlKey || event.metaKey) return;
  const typing = isTyping(event.target);
  if (typing ? !event.altKey : event.altKey) return;
  const key = event.altKey && event.code.startsWith("Key") ? event.code.slice(3).toLowerCase() : event.altKey && event.code.startsWith("Digit") ? event.code.slice(5) : event.key;
  const act = acts[key.length === 1 && key !== "?" ? key.toLowerCase() : key];
  if (!act) return;
  event.preventDefault();
  act();
});
/** Sources and the public page open in a window of their own at the right, so that the text stays in sight. */
function openBeside(address) {
  const width = Math.min(1000, Math.round(screen.availWidth / 2));
  const left = (screen.availLeft ?? 0) + screen.availWidth - width;
  window.open(address, "_blank", `noopener,noreferrer,popup,width=${width},height=${screen.availHeight},left=${left}`);
}
document.addEventListener("open-beside", (event) => openBeside(event.detail));
document.addEventListener("click", (event) => {
  const source = event.target.closest("a[target=source]");
  if (source && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    openBeside(source.href);
  }
  const control = event.target.closest("[data-do]");
  if (control?.dataset.do === "keys") keys.showModal();
  if (control?.dataset.do === "next-change") editor.nextChange();
  if (control?.dataset.do === "previous-change") editor.previousChange();
});
document.querySelector("[data-focus]")?.focus();

// --- where the person was, before and after the page is loaded anew by a button of its own ---

const PLACE = "desk-place";

document.addEventListener("submit", () => {
  const { main } = editor.view?.state.selection ?? { main: { head: 0 } };
  const tab = tabs.find((each) => each.getAttribute("aria-selected") === "true");
  const inText = document.activeElement === editor;
  const place = { article: page.dataset.article, at: Date.now(), head: main.head, top: scrollY, tab: tab?.id, focus: inText ? "editor" : document.activeElement?.id };
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(place));
  } catch { /* no storage: the page opens at its top */ }
});

function comeBack() {
  let place;
  try {
    place = JSON.parse(sessionStorage.getItem(PLACE));
    sessionStorage.removeItem(PLACE);
  } catch { /* nothing kept */ }
  if (!place || place.article !== page.dataset.article || Date.now() - place.at > 60_000 || document.querySelector("[data-focus]")) return;
  const tab = tabs.find((each) => each.id === place.tab);
  if (tab && isShown(tab)) open(tab);
  if (place.head) editor.reveal(place.head);
  scrollTo({ top: place.top, behavior: "instant" });
  if (place.focus === "editor" && isShown(editor)) editor.focusText();
  else if (place.focus) document.getElementById(place.focus)?.focus({ preventScroll: true });
}

/** Put the page's messages where people who listen to it hear them. */
function tellMessages() {
  const list = document.querySelector(".messagelist");
  if (!list) return;
  const live = document.createElement("div");
  live.setAttribute("role", "status");
  list.before(live);
  setTimeout(() => live.append(list), 100);
}
tellMessages();
if (editor.view) comeBack();
else editor.addEventListener("editor-ready", comeBack, { once: true });

// --- how long the page was read ---

let seconds = 0;
let lastMove = Date.now();
for (const sign of ["keydown", "pointermove", "pointerdown", "scroll", "wheel"]) document.addEventListener(sign, () => (lastMove = Date.now()), { passive: true, capture: true });
editor.addEventListener("editor-cursor", () => (lastMove = Date.now()));
setInterval(() => {
  if (document.visibilityState === "visible" && Date.now() - lastMove < 60_000) seconds += 1;
  if (seconds >= 15) report();
}, 1000);

function report() {
  const sent = new FormData();
  sent.set("csrfmiddlewaretoken", token());
  sent.set("revision", page.dataset.revision);
  sent.set("seconds", String(seconds));
  sent.set("diff_opened", diffOpened ? "1" : "");
  seconds = 0;
  navigator.sendBeacon(page.dataset.readingUrl, sent);
}
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && seconds && report());
addEventListener("pagehide", () => seconds && report());

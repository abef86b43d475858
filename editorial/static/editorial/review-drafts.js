// Nothing that was typed is lost: it is kept on the server every few seconds and in this browser at once, through a cut
// network and a session that ended. Without this script the form saves when it is told to.
const EVERY = 3000; // milliseconds between a keystroke and the text being kept; with an answer it stays under five seconds
const page = document.getElementById("review");
const form = document.getElementById("text-form");
const editor = document.getElementById("editor");
const state = document.getElementById("draft-state");
const notice = document.getElementById("draft-notice");
const names = ["title", "excerpt", "body", "tags", "language", "date", "slug", "note"];
const local = `desk-draft:${page.dataset.person}:${page.dataset.article}`;
const mayEdit = Boolean(document.getElementById("save"));

const fields = () => Object.fromEntries(names.map((name) => [name, form.elements[name].value]));
const same = (one, other) => names.every((name) => lines(one[name]) === lines(other[name]));
const lines = (text) => (text ?? "").replace(/\r\n?/g, "\n");

const sentValue = (field) => ("options" in field ? ([...field.options].find((option) => option.defaultSelected)?.value ?? "") : field.defaultValue);

let stamp = page.dataset.stamp;
const opened = Object.fromEntries(names.map((name) => [name, sentValue(form.elements[name])]));
let kept = { ...opened }; // what the server has
let timer = 0;
let sending = false;
let leaving = false;
let problem = "";
const isDraft = Boolean(form.querySelector(".review-draft, .desk-notice[role=status], .errornote"));

const unkept = () => !same(fields(), kept);
const unsaved = () => isDraft || !same(fields(), opened);

function tell(text, isWorry = false) {
  if (state.textContent !== text) state.textContent = text;
  state.classList.toggle("is-worry", isWorry);
  state.setAttribute("aria-live", isWorry ? "assertive" : "off"); // every few seconds would be too much to listen to
}

function remember() {
  try {
    localStorage.setItem(local, JSON.stringify({ fields: fields(), based_on: form.elements.based_on.value, at: Date.now() }));
  } catch { /* a full or forbidden storage: the server keeps it */ }
}

function forget() {
  try {
    localStorage.removeItem(local);
  } catch { /* nothing was stored */ }
}

const cookie = (name) => document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);

function ask(text, ...choices) {
  notice.replaceChildren(Object.assign(document.createElement("p"), { textContent: text }));
  notice.setAttribute("role", "alert");
  for (const [label, act] of choices) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button", textContent: label });
    button.addEventListener("click", () => {
      notice.hidden = true;
      act();
    });
    notice.append(button, " ");
  }
  notice.hidden = false;
}

/** Keep the text on the server. */
async function keep({ over = false } = {}) {
  clearTimeout(timer);
  timer = 0;
  if (!mayEdit || sending || leaving || !unkept()) return;
  sending = true;
  const typed = fields();
  const sent = new URLSearchParams({ ...typed, based_on: form.elements.based_on.value });
  if (!over) sent.set("seen", stamp);
  let again = EVERY;
  try {
    const answer = await fetch(page.dataset.draftUrl, {
      method: "POST", body: sent, redirect: "manual", signal: AbortSignal.timeout(15_000),
      headers: { Accept: "application/json", "X-CSRFToken": cookie("csrftoken") ?? form.elements.csrfmiddlewaretoken.value },
    });
    if (answer.type === "opaqueredirect") ended();
    else if (answer.status === 403 && !answer.headers.get("Content-Type")?.includes("json")) ended();
    else await answered(answer, typed);
  } catch (error) {
    problem = "network";
    tell("No connection. What you type is kept in this browser.", true);
    again = 5000;
  }
  sending = false;
  if (unkept() && problem !== "window") timer = setTimeout(keep, again);
}

async function answered(answer, typed) {
  const told = await answer.json();
  if (answer.ok) {
    stamp = told.stamp;
    kept = typed;
    if (problem) notice.hidden = true;
    problem = "";
    tell(`Draft kept ${told.at}`);
    if (told.newer && !notice.dataset.newer) {
      notice.dataset.newer = "1";
      ask(told.newer);
    }
  } else if (answer.status === 409) {
    problem = "window";
    tell("Not kept: typed in two windows.", true);
    ask(told.error, ["Go on with this text", () => { problem = ""; keep({ over: true }); }], ["Show the other one", () => { leaving = true; forget(); location.reload(); }]);
  } else {
    problem = "refused";
    tell(told.error, true);
  }
}

function ended() {
  tell("You are logged out. What you type is kept in this browser.", true);
  if (problem === "session") return;
  problem = "session";
  ask("Your session has ended. Nothing is lost: log in in a new tab and come back, or log in here; your text will be there.",
    ["Log in in a new tab", () => { notice.hidden = false; window.open(page.dataset.loginUrl, "_blank", "noopener"); }],
    ["Log in here", () => { leaving = true; remember(); location.assign(`${page.dataset.loginUrl}?next=${encodeURIComponent(location.pathname)}`); }]);
}

function typed() {
  remember();
  if (!timer && !sending) timer = setTimeout(keep, EVERY);
  if (!problem) tell("Not kept yet …");
}

// --- what this browser still has from before ---

function restore() {
  let found;
  try {
    found = JSON.parse(localStorage.getItem(local));
  } catch { /* nothing readable */ }
  if (!found?.fields || !mayEdit) return;
  if (same(found.fields, opened)) return forget();
  if (form.querySelector(".errornote")) return;
  const serverAt = Number(page.dataset.stamp) * 1000;
  const at = new Date(found.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (found.at + 1000 < serverAt) return forget();
  if (unkept()) {
    ask(`In this browser is also what you typed until ${at} and have not saved.`, ["Show it", () => put(found.fields)], ["Forget it", () => {}]);
  } else if (found.based_on === form.elements.based_on.value) {
    put(found.fields);
    ask(`This is what you typed until ${at} in this browser and have not saved.`, ["Forget it, show the saved text", () => { forget(); discard(); }]);
    tell("Not kept yet …");
    timer = setTimeout(keep, 0);
  } else {
    ask(`You typed a text until ${at} in this browser that was not saved, and the article has a newer revision by now.`,
      ["Put both together", () => { form.elements.based_on.value = found.based_on; put(found.fields); form.requestSubmit(document.getElementById("save")); }],
      ["Forget it", forget]);
  }
}

function put(values) {
  for (const name of names) {
    if (name === "body" && editor.view) editor.value = lines(values.body);
    else form.elements[name].value = values[name] ?? "";
    form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function discard() {
  leaving = true;
  form.requestSubmit(document.querySelector("[data-discard]") ?? Object.assign(form.appendChild(document.createElement("button")), { hidden: true, formNoValidate: true, formAction: `${page.dataset.draftUrl}discard/` }));
}

// --- leaving ---

form.addEventListener("input", typed);
form.addEventListener("change", typed);
form.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button?.hasAttribute("data-default")) {
    event.preventDefault(); // Enter in a field is no button
    return keep();
  }
  const fresh = cookie("csrftoken");
  if (fresh && problem === "session") form.elements.csrfmiddlewaretoken.value = fresh;
  if (button?.formAction?.endsWith("/discard/")) forget();
  else remember();
  if (problem === "network" && !navigator.onLine) {
    event.preventDefault();
    return tell("No connection. Your text is kept in this browser; save it when you are back.", true);
  }
  if (button?.id === "save" && !button.dataset.sure) {
    event.preventDefault();
    return save(button);
  }
  leaving = true;
});

/** Save only when the session lives: a login page would swallow the text. */
async function save(button) {
  try {
    const answer = await fetch(page.dataset.tagsUrl, { redirect: "manual" });
    if (answer.type === "opaqueredirect") return ended();
  } catch {
    problem = "network";
    return tell("No connection. Your text is kept in this browser; save it when you are back.", true);
  }
  const fresh = cookie("csrftoken");
  if (fresh) form.elements.csrfmiddlewaretoken.value = fresh;
  leaving = true;
  button.dataset.sure = "1";
  form.requestSubmit(button);
  delete button.dataset.sure;
}

addEventListener("beforeunload", (event) => {
  if (leaving || !mayEdit) return;
  if (unkept()) keep();
  if (unsaved()) event.preventDefault();
});
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
addEventListener("online", () => keep());
addEventListener("focus", () => problem && problem !== "window" && keep());
for (const other of document.querySelectorAll("form:not(#text-form)"))
  other.addEventListener("submit", () => { remember(); if (same(fields(), opened)) leaving = true; });

if (document.querySelector(".messagelist .success, .messagelist .info") && !isDraft) forget();
function begin() {
  restore();
  if (mayEdit && !timer && unkept()) typed(); // the editor can be typed into before this script is there
}
if (customElements.get("desk-editor")) queueMicrotask(begin);
else customElements.whenDefined("desk-editor").then(() => queueMicrotask(begin));

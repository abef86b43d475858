// The preview follows what is typed and where the cursor is; a click in it leads to the line. Without this script it
// shows the text as it was last kept.
const page = document.getElementById("review");
const form = document.getElementById("text-form");
const editor = document.getElementById("editor");
const frame = document.getElementById("preview-frame");
const title = document.getElementById("preview-title");
const body = document.getElementById("id_body");

let places = []; // [line, element] in order
let timer = 0;
let asking = null;
let line = 0; // none yet: the preview opens at its top

const doc = () => frame.contentDocument;
const isShown = () => frame.offsetParent !== null;
const address = () => page.dataset.previewUrl + (page.dataset.layout === "rendered" ? "?changes=generated" : "");

/** The outermost elements of the text as the page shows them, each with the line of the Markdown that it begins in. */
function find() {
  places = [];
  const holder = doc()?.getElementById("preview");
  if (!holder?.dataset.places) return;
  const wanted = JSON.parse(holder.dataset.places);
  const shown = [...holder.querySelectorAll(".text .lead > *, .text .story > h2, .text .story > div > *")];
  let at = 0;
  for (const element of shown) {
    const tag = /^H[1-6]$/.test(element.tagName) ? "h" : element.matches(".wide") ? "table" : element.tagName.toLowerCase();
    while (at < wanted.length && wanted[at][1] !== tag) at += 1; // lines of dashes between parts are not shown
    if (at === wanted.length) break;
    places.push([wanted[at][0], element]);
    at += 1;
  }
}

function follow() {
  if (!line || !isShown() || !places.length) return;
  const found = places.findLast(([from]) => from <= line) ?? places[0];
  for (const [, element] of places) element.style.removeProperty("outline");
  found[1].style.outline = "2px solid color-mix(in srgb, currentColor 35%, transparent)";
  found[1].style.outlineOffset = "4px";
  const view = frame.contentWindow;
  const box = found[1].getBoundingClientRect();
  if (box.top < 40 || box.top > view.innerHeight * 0.7)
    view.scrollTo({ top: view.scrollY + box.top - view.innerHeight * 0.25, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
}

function ready() {
  const inside = doc();
  if (!inside?.body) return;
  find();
  inside.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link) {
      if (link.getAttribute("href").startsWith("#")) return;
      event.preventDefault();
      document.dispatchEvent(new CustomEvent("open-beside", { detail: link.href }));
      return;
    }
    const hit = places.findLast(([, element]) => element.contains(event.target));
    if (hit) editor.goTo(hit[0]);
  });
  inside.addEventListener("keydown", (event) => {
    if (event.key === "Escape") title.parentElement.focus();
  });
  follow();
}

async function refresh() {
  clearTimeout(timer);
  if (!isShown()) return;
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(address(), { method: "POST", body: new FormData(form), redirect: "manual", signal: asking.signal, headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const inside = doc();
    const old = inside?.getElementById("preview");
    const now = fresh.getElementById("preview");
    const css = fresh.querySelector('link[href*="marks"]');
    if (!old || !now) return;
    old.replaceWith(inside.adoptNode(now));
    if (css && !inside.querySelector('link[href*="marks"]')) inside.head.append(inside.adoptNode(css));
    inside.documentElement.lang = fresh.documentElement.lang;
    find();
    follow();
  } catch { /* the network, or a newer question: the next keystroke asks again */ }
}

frame.addEventListener("load", ready);
if (doc()?.readyState === "complete") ready();
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(refresh, 400);
});
editor.addEventListener("editor-cursor", (event) => {
  line = event.detail.line;
  follow();
});
document.addEventListener("review-layout", (event) => {
  title.textContent = event.detail === "rendered" ? "What changed, as readers see it" : "As readers will see it";
  refresh();
});
document.addEventListener("review-tab", (event) => event.detail === "tab-preview" && refresh());

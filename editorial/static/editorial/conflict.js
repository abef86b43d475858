// Keys, a live count and focus for the page where conflicts are solved. The page works without this.
const form = document.querySelector(".conflict-form");
const boxes = ".conflict-box";

if (form) {
  const places = [...form.querySelectorAll(".conflict")];
  const radios = (place) => [...place.querySelectorAll("input[type=radio]")];
  const picked = (place) => radios(place).find((radio) => radio.checked);
  const nameOf = (radio) => radio.closest("label").querySelector(".conflict-name").textContent;
  const said = document.getElementById("conflict-said");
  let here = -1; // the place that the person is at
  let unsaved = false;

  // --- what is decided ---

  function count() {
    const decided = places.filter(picked).length;
    const text = `${decided} of ${places.length} decided`;
    const bar = form.querySelector("progress");
    if (bar) {
      bar.value = decided;
      document.getElementById("conflict-count").textContent = text;
    }
    return text;
  }

  function show(place) {
    const radio = picked(place);
    const state = radio ? `✓ ${nameOf(radio)}` : "? undecided";
    place.querySelector(".conflict-state").textContent = state;
  }

  function say(text) {
    said.textContent = "";
    requestAnimationFrame(() => (said.textContent = text));
  }

  function pick(place, value) {
    const radio = radios(place).find((one) => one.value === value);
    if (!radio) {
      say("There is no such text to pick here.");
      return null;
    }
    if (!radio.checked) {
      radio.checked = true;
      radio.dispatchEvent(new Event("change", { bubbles: true }));
    }
    return radio;
  }

  // --- a text of one's own ---

  function isOwn(place) {
    const text = place.querySelector(boxes).value;
    return text.trim() !== "" && !radios(place).some((radio) => radio.dataset.text?.replace(/\r\n?/g, "\n") === text);
  }

  /** Tell the server that what was typed is left out on purpose, or that it is not. */
  function setAside(place, isAside) {
    place.querySelector("input[name^='aside:']")?.remove();
    if (!isAside) return;
    const box = place.querySelector(boxes);
    const field = Object.assign(document.createElement("input"), { type: "hidden", value: "script" });
    field.name = box.name.replace("text:", "aside:");
    box.after(field);
  }

  function write(place) {
    const box = place.querySelector(boxes);
    const from = picked(place);
    if (from && from.value !== "edit" && !isOwn(place)) box.value = from.dataset.text;
    pick(place, "edit");
    box.focus();
    box.scrollIntoView({ block: "nearest" });
  }

  form.addEventListener("input", (event) => {
    unsaved = true;
    const place = event.target.closest(".conflict");
    if (place && event.target.matches(boxes)) pick(place, "edit");
  });

  form.addEventListener("change", (event) => {
    const place = event.target.closest(".conflict");
    if (!place || event.target.type !== "radio") return;
    unsaved = true;
    setAside(place, event.target.value !== "edit" && isOwn(place));
    show(place);
    say(`${place.dataset.label}: ${nameOf(event.target)}. ${count()}.`);
  });

  // --- from place to place ---

  function go(step) {
    const next = Math.min(Math.max(here + step, 0), places.length - 1);
    if (next === here) say(step > 0 ? "This is the last conflict." : "This is the first conflict.");
    here = next;
    places[here]?.focus();
    places[here]?.scrollIntoView({ block: "start" });
  }

  form.addEventListener("focusin", (event) => {
    const place = event.target.closest(".conflict");
    if (place) here = places.indexOf(place);
  });

  // --- keys ---

  const help = document.getElementById("conflict-help");
  const switchedOn = document.getElementById("conflict-keys-on");
  const sides = { 1: "base", 2: "theirs", 3: "ours", 4: "proposal" };
  const keys = { n: () => go(1), j: () => go(1), p: () => go(-1), k: () => go(-1), "?": () => help.showModal() };
  for (const [key, value] of Object.entries(sides)) keys[key] = () => atPlace((place) => pick(place, value)?.focus());
  keys.e = () => atPlace(write);

  function atPlace(act) {
    if (here < 0) go(1);
    else act(places[here]);
  }

  function isTyping(target) {
    return target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=submit])");
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || help.open || event.isComposing) return;
    if (event.key === "Escape" && event.target.matches(boxes)) {
      event.target.closest(".conflict").focus();
    } else if (switchedOn.checked && keys[event.key] && !isTyping(event.target)) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  function remember(isOn) {
    try {
      localStorage.setItem("conflict-keys", isOn ? "on" : "off");
    } catch {
      // no storage: the choice holds for this page
    }
  }

  function remembered() {
    try {
      return localStorage.getItem("conflict-keys") !== "off";
    } catch {
      return true;
    }
  }

  function showKeys() {
    for (const key of form.querySelectorAll("kbd")) key.hidden = !switchedOn.checked;
  }

  switchedOn.checked = remembered();
  switchedOn.addEventListener("change", () => {
    remember(switchedOn.checked);
    showKeys();
  });
  document.getElementById("conflict-help-close").addEventListener("click", () => help.close());
  const button = document.getElementById("conflict-keys");
  button.hidden = places.length === 0;
  button.addEventListener("click", () => help.showModal());

  // --- the page as it opens, and as it is left ---

  form.addEventListener("submit", () => (unsaved = false));
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  showKeys();
  places.forEach(show);
  count();
}

document.querySelector("[data-focus]")?.focus();

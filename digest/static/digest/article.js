// Improves an article's page that works without it: copies the link to a story, and reads the stories aloud with the
// voice that the browser has.

for (const anchor of document.querySelectorAll(".anchor")) {
  anchor.addEventListener("click", async (event) => {
    if (!navigator.clipboard || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    history.replaceState(null, "", anchor.hash);
    try {
      await navigator.clipboard.writeText(anchor.href);
      say(anchor);
    } catch {
      location.hash = anchor.hash;
    }
  });
}

function say(anchor) {
  let note = anchor.nextElementSibling;
  if (!note?.classList.contains("copied")) {
    note = document.createElement("span");
    note.className = "copied";
    note.setAttribute("role", "status");
    anchor.after(note);
  }
  note.textContent = anchor.dataset.copied;
  setTimeout(() => { note.textContent = ""; }, 2500);
}

const player = document.getElementById("speech_player");
if (player && "speechSynthesis" in window && "SpeechSynthesisUtterance" in window) listen(player);

function listen(place) {
  const article = place.closest("article");
  const language = article.lang || document.documentElement.lang;
  const blocks = "h2, h3, h4, p, li, blockquote";
  const readable = (part) => [...part.querySelectorAll(blocks)]
    .filter((element) => !element.querySelector(blocks) || element.matches("li"))
    .filter((element) => !element.closest(".link, .disclaimer, .lengths, pre") && !element.parentElement.closest("li, blockquote"));
  const stories = [
    [article.querySelector("h1"), article.querySelector(".standfirst")].filter(Boolean),
    ...[...article.querySelectorAll(".lead, .story")].map(readable),
  ].filter((story) => story.length);
  let story = 0;
  let block = 0;
  let state = "idle";
  let run = 0;

  const words = (element) => {
    const copy = element.cloneNode(true);
    for (const extra of copy.querySelectorAll(".anchor, .copied, .host")) extra.remove();
    return copy.textContent.replace(/\s+/g, " ").trim();
  };
  const mark = (element) => {
    for (const marked of article.querySelectorAll(".spoken")) marked.classList.remove("spoken");
    element?.classList.add("spoken");
  };
  const button = (label, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = label;
    made.addEventListener("click", act);
    place.append(made);
    return made;
  };

  function speak() {
    const element = stories[story]?.[block];
    if (!element) {
      if (story + 1 < stories.length) { story += 1; block = 0; return speak(); }
      return stop();
    }
    const utterance = new SpeechSynthesisUtterance(words(element));
    utterance.lang = language;
    const voice = speechSynthesis.getVoices().find((each) => each.lang.startsWith(language));
    if (voice) utterance.voice = voice;
    const mine = run;
    utterance.addEventListener("end", () => { if (mine === run) { block += 1; speak(); } });
    utterance.addEventListener("error", () => { if (mine === run) stop(); });
    mark(element);
    speechSynthesis.speak(utterance);
  }
  function begin() {
    run += 1;
    speechSynthesis.cancel();
    state = "speaking";
    show();
    speak();
  }
  function stop() {
    run += 1;
    speechSynthesis.cancel();
    [story, block, state] = [0, 0, "idle"];
    mark(null);
    show();
  }
  const main = button(place.dataset.listen, () => {
    if (state === "idle") return begin();
    if (state === "speaking") { speechSynthesis.pause(); state = "paused"; } else { speechSynthesis.resume(); state = "speaking"; }
    return show();
  });
  const next = button(place.dataset.next, () => { story = Math.min(story + 1, stories.length - 1); block = 0; begin(); });
  const end = button(place.dataset.stop, () => { stop(); main.focus(); });
  function show() {
    main.textContent = { idle: place.dataset.listen, speaking: place.dataset.pause, paused: place.dataset.resume }[state];
    next.hidden = state === "idle" || stories.length < 3;
    end.hidden = state === "idle";
  }
  addEventListener("pagehide", stop);
  show();
  place.hidden = false;
}

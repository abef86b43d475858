// Search of an exported site: reads the pieces of its index that a query needs, and no server is asked.
const AT_ONCE = 100; // articles in one file, as digest.static_site.search_index writes them
const SHOWN = 20;
const SHORTEST = 3; // letters from which on longer words are found too
const LETTERS = { ł: "l", đ: "d", ø: "o", ı: "i", ħ: "h", ß: "ss", æ: "ae", œ: "oe", þ: "th", ð: "d" };
const FILTERS = ["tag", "source", "lang"];

const field = document.getElementById("search_q");
const place = document.getElementById("search_found");
const files = new Map();
let turn = 0;

const plain = (text) => text.toLowerCase().replace(/[łđøıħßæœþð]/g, (letter) => LETTERS[letter]);

export function fold(text) {
  return plain(plain(text).normalize("NFKD").replace(/[\u0300-\u036f]+/g, ""));
}

function words(text) {
  return fold(text.replace(/(?<=[\p{L}\p{N}_])['’ʼ]s(?![\p{L}\p{N}_])/giu, "")).match(/[\p{L}\p{N}]+/gu) ?? [];
}

const shard = (word) => /^[a-z0-9]{1,2}/.exec(word)?.[0] ?? "other";

// A query as terms: {file, word, prefix} that must or must not be there, and days between which an article must lie.
export function parse(text) {
  const query = { wanted: [], unwanted: [], after: "", before: "" };
  for (const [, minus, key, value] of text.matchAll(/(-?)(?:([A-Za-z]{3,6}):)?("[^"]*"?|[^\s"]+)/g)) {
    const kind = (key ?? "").toLowerCase();
    const plain = value.replaceAll('"', "");
    const list = minus ? query.unwanted : query.wanted;
    if (kind === "after" || kind === "before") {
      if (!minus && /^\d{4}(-\d{1,2}){0,2}$/.test(plain)) query[kind] = day(plain);
    } else if (FILTERS.includes(kind)) {
      const slug = words(plain).join("-");
      if (slug) list.push({ file: `${kind}-${shard(slug)}`, word: slug, prefix: false });
    } else {
      for (const word of words(`${key ?? ""} ${plain}`)) {
        list.push({ file: `w-${shard(word)}`, word, prefix: !minus && word.length >= SHORTEST });
      }
    }
  }
  return query;
}

const day = (text) => {
  const [year, month = "1", date = "1"] = text.split("-");
  return `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
};

async function read(name) {
  if (!files.has(name)) {
    const asked = fetch(`index/${encodeURIComponent(name)}.json`).then((answer) => {
      if (answer.status === 404) return {};
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      return answer.json();
    });
    asked.catch(() => files.delete(name));
    files.set(name, asked);
  }
  return files.get(name);
}

// Articles by id with how well they fit a term.
async function fitting({ file, word, prefix }) {
  const found = new Map();
  const known = await read(file);
  for (const candidate of prefix ? Object.keys(known) : [word]) {
    if (!Object.hasOwn(known, candidate) || (prefix && !candidate.startsWith(word))) continue;
    let number = 0;
    for (const step of known[candidate]) {
      number += step;
      const weight = (number % 8) * (candidate === word ? 2 : 1);
      const id = Math.floor(number / 8);
      found.set(id, Math.max(found.get(id) ?? 0, weight));
    }
  }
  return found;
}

async function find(query) {
  const wanted = await Promise.all(query.wanted.map(fitting));
  const unwanted = await Promise.all(query.unwanted.map(fitting));
  const first = wanted.length ? wanted[0] : await fitting({ file: "all", word: "all", prefix: false });
  const scores = [];
  for (const id of first.keys()) {
    if (wanted.every((each) => each.has(id)) && !unwanted.some((each) => each.has(id))) {
      scores.push([wanted.reduce((sum, each) => sum + each.get(id), 0), id]);
    }
  }
  return scores.sort((one, other) => other[0] - one[0] || other[1] - one[1]).map(([, id]) => id);
}

async function* articles(ids, { after, before }) {
  for (const id of ids) {
    const article = (await read(`a-${Math.floor(id / AT_ONCE)}`))[id];
    if (article && (!after || article[3] >= after) && (!before || article[3] < before)) yield article;
  }
}

function element(name, text, facts = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  for (const [key, value] of Object.entries(facts)) made.setAttribute(key, value);
  return made;
}

function hit([path, title, excerpt, date, language, source]) {
  const made = element("article", "", language ? { class: "hit", lang: language } : { class: "hit" });
  const heading = element("h3");
  heading.append(element("a", title, { href: `../${path}` }));
  const facts = element("p", "", { class: "facts" });
  facts.append(element("time", date, { datetime: date }), ` ${source}`);
  made.append(heading, element("p", excerpt), facts);
  return made;
}

async function more(rows, list) {
  list.querySelector("button")?.remove();
  for (let count = 0; count < SHOWN; count += 1) {
    const { value, done } = await rows.next();
    if (done) return count;
    list.append(hit(value));
  }
  const button = element("button", place.dataset.more, { type: "button" });
  button.addEventListener("click", async () => {
    const shown = list.querySelectorAll(".hit").length;
    await more(rows, list);
    list.querySelectorAll(".hit a")[shown]?.focus();
  });
  list.append(button);
  return SHOWN;
}

async function search() {
  const text = field.value.trim();
  document.getElementById("search_asking_part").hidden = Boolean(text);
  const mine = (turn += 1);
  if (!text) return place.replaceChildren();
  try {
    const query = parse(text);
    const ids = await find(query);
    const list = element("section", "", { class: "hits" });
    const count = await more(articles(ids, query), list);
    if (mine !== turn) return;
    const dated = query.after || query.before;
    const number = ids.length === 1 ? place.dataset.one : `${ids.length} ${place.dataset.many}`;
    const told = count === 0 ? place.dataset.none : dated ? place.dataset.dated : number;
    place.replaceChildren(element("h2", told), list);
  } catch {
    if (mine === turn) place.replaceChildren(element("p", place.dataset.failed));
  }
}

function start() {
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.pushState(null, "", `?${new URLSearchParams({ q: field.value })}`);
    search();
  });
  addEventListener("popstate", () => {
    field.value = new URLSearchParams(location.search).get("q") ?? "";
    search();
  });
  search();
}

if (field && place) start();

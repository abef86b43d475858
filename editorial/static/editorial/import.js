// Uploads: files dropped onto the form, and an import that goes on by itself. The pages work without it.

const drop = document.querySelector("[data-drop]");
if (drop) {
  const input = drop.querySelector("input[type=file]");
  const chosen = drop.querySelector("[data-chosen]");
  drop.querySelector("[data-hint]").hidden = false;
  const tell = () => {
    const files = [...input.files];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const count = files.length === 1 ? files[0].name : `${files.length} files`;
    chosen.textContent = files.length ? `${count}, ${Math.ceil(size / 1000).toLocaleString("en")} kB` : "";
  };
  input.addEventListener("change", tell);
  for (const name of ["dragenter", "dragover"]) {
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    drop.addEventListener(name, () => drop.classList.remove("over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      tell();
    }
  });
}

const work = document.querySelector("[data-progress]");
if (work) {
  const form = work.querySelector("form");
  const bar = work.querySelector("progress");
  const standing = work.querySelector("[data-standing]");
  const error = work.querySelector("[data-error]");
  const stop = (sentence) => {
    error.textContent = sentence;
    error.hidden = false;
    form.hidden = false;
  };
  const goOn = async () => {
    form.hidden = true;
    for (;;) {
      const response = await fetch(work.dataset.progress, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
      });
      if (response.status === 409) return stop((await response.json()).sentence);
      if (!response.ok || response.redirected) return stop("The desk did not answer as it should. Press “Continue”.");
      const now = await response.json();
      if (now.finished) return location.replace(work.dataset.next);
      bar.max = now.total;
      bar.value = now.done;
      standing.textContent = `${now.title}: ${now.done} of ${now.total}.`;
    }
  };
  goOn().catch(() => stop("The desk can't be reached. Press “Continue” when you are connected again."));
}

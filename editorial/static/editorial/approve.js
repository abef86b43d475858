// The approval page: shows the time only where it is asked for, and notes that the changes were opened.
const form = document.getElementById("approve-form");
const at = form.querySelector(".decide-at");
const button = form.querySelector("input[type=submit]");

function showTime() {
  const later = form.elements.when.value === "later";
  at.hidden = !later;
  form.elements.at.required = later;
  button.value = later ? button.dataset.later : button.dataset.now;
}

form.addEventListener("change", (event) => {
  if (event.target.name === "when") showTime();
});
form.querySelector(".decide-changes")?.addEventListener("toggle", (event) => {
  if (event.target.open) form.elements.diff_opened.value = "on";
});
showTime();
document.getElementById("decide-error")?.focus();

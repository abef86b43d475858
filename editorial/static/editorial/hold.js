// A reserved article stays reserved while its person works: any key or click renews it, at most once a minute.
// Without this script it is reserved for as long as the banner says.

const MINUTE = 60_000;
const banner = document.querySelector("[data-hold]");

if (banner) {
  const standing = banner.querySelector("[data-hold-standing]");
  const token = banner.querySelector("[name=csrfmiddlewaretoken]").value;
  let renewed = Date.now();
  let lost = false;

  const renew = async () => {
    if (lost || Date.now() - renewed < MINUTE) return;
    renewed = Date.now();
    try {
      const answer = await fetch(banner.dataset.hold, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        body: new URLSearchParams({ do: "renew" }),
      });
      if (answer.ok) {
        standing.textContent = `Reserved for you until ${(await answer.json()).until}.`;
      } else if (answer.status === 409) {
        lost = true;
        banner.classList.replace("mine", "others");
        standing.textContent = `${(await answer.json()).sentence} Your text is kept; save it, or talk to them first.`;
      }
    } catch {
      // no network: the next key tries again
    }
  };

  for (const sign of ["keydown", "pointerdown"]) document.addEventListener(sign, renew, { passive: true });
}

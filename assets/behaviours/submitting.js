// A form is sent once, however often its button is pressed; filters marked data-auto are sent as they change.
export function submitOnChange(root) {
  root.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    form.setAttribute("aria-busy", "true");
  });
  // The page may come back from the browser's own cache with the mark still on it.
  window.addEventListener("pageshow", () => root.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }));
  root.addEventListener("change", (event) => {
    const form = event.target.form;
    if (form?.hasAttribute("data-auto")) form.requestSubmit();
  });
}

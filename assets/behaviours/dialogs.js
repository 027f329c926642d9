// A link with data-dialog opens the <dialog> of that id; without JavaScript it leads to the page that asks the same.
export function openDialogs(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.button);
    if (opener && plain) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog) return;
      event.preventDefault();
      dialog.showModal();
      return;
    }
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
    else if (event.target.nodeName === "DIALOG" && outside(event.target, event)) event.target.close();
  });
  // A form that came back with errors stays in sight.
  root.querySelectorAll("dialog[data-open]").forEach((dialog) => dialog.showModal());
}

function outside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  const pressed = event.clientX || event.clientY; // a key press on a button reports 0, 0
  return pressed && (event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom);
}

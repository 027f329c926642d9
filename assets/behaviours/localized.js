// Three fields of one text become three tabs. The first tab that holds an error, else the page's language, is shown.
export function tabs(root) {
  root.querySelectorAll(".localized[data-tabs]").forEach((group) => {
    if (group.querySelector('[role="tablist"]')) return;
    const panels = [...group.querySelectorAll("[data-language]")];
    const list = document.createElement("div");
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-labelledby", group.dataset.tabs);
    const buttons = panels.map((panel) => tab(panel, list));
    panels[0].before(list);
    const start = panels.findIndex((panel) => panel.classList.contains("invalid"));
    const own = panels.findIndex((panel) => panel.hasAttribute("data-own"));
    show(panels, buttons, Math.max(start >= 0 ? start : own, 0));
    buttons.forEach((button, index) => {
      button.addEventListener("click", () => show(panels, buttons, index));
      button.addEventListener("keydown", (event) => {
        const next = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: panels.length - 1 }[event.key];
        if (next === undefined) return;
        event.preventDefault();
        const target = (next + panels.length) % panels.length;
        show(panels, buttons, target);
        buttons[target].focus();
      });
    });
    mirrorFilled(panels, buttons);
    revealFromSummary(panels, buttons);
  });
}

function tab(panel, list) {
  const button = document.createElement("button");
  button.type = "button";
  button.id = `${panel.id}-tab`;
  button.setAttribute("role", "tab");
  button.setAttribute("aria-controls", panel.id);
  const word = document.createElement("span");
  word.textContent = panel.dataset.language;
  if (panel.dataset.lang) word.lang = panel.dataset.lang;
  button.append(word);
  list.append(button);
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", button.id);
  return button;
}

function show(panels, buttons, chosen) {
  panels.forEach((panel, index) => (panel.hidden = index !== chosen));
  buttons.forEach((button, index) => {
    button.setAttribute("aria-selected", String(index === chosen));
    button.tabIndex = index === chosen ? 0 : -1;
  });
}

function mirrorFilled(panels, buttons) {
  panels.forEach((panel, index) => {
    const input = panel.querySelector("input, textarea");
    const mark = () => buttons[index].firstChild.classList.toggle("filled", input.value.trim() !== "");
    input.addEventListener("input", mark);
    mark();
  });
}

// A link of the error summary may point into a tab that is not shown.
function revealFromSummary(panels, buttons) {
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.('a[href^="#"]')?.hash.slice(1);
    const index = target ? panels.findIndex((panel) => panel.querySelector(`#${CSS.escape(target)}`)) : -1;
    if (index >= 0) show(panels, buttons, index);
  });
}

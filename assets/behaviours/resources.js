// The resource timeline of a host: every unit a row, bookings and closures as bars, a closure drawn by mouse.
// The table beside it is the accessible telling and works alone; what is drawn here fills the form that stands there.
import { createCalendar, Interaction, ResourceTimeline } from "@event-calendar/core";

// <div data-timeline data-events="URL?start=&end=" data-resources='[{"id","title"}]' data-date="2026-03-02" data-view="week"
//      data-language="en" data-words='{"today","previous","next","day","week","month"}' data-closure-form="form-id">
export function resourceTimeline(holder) {
  const words = JSON.parse(holder.dataset.words || "{}");
  const views = { day: "resourceTimelineDay", week: "resourceTimelineWeek", month: "resourceTimelineMonth" };
  const form = document.getElementById(holder.dataset.closureForm || "");
  const calendar = createCalendar(holder, [ResourceTimeline, Interaction], {
    view: views[holder.dataset.view] || views.week,
    date: holder.dataset.date,
    locale: holder.dataset.language,
    height: "auto",
    slotDuration: "01:00",
    nowIndicator: true,
    resources: JSON.parse(holder.dataset.resources || "[]"),
    eventSources: [{ events: (range) => load(holder.dataset.events, range) }],
    headerToolbar: { start: "prev,next today", center: "title", end: Object.values(views).join(",") },
    buttonText: {
      today: words.today, prev: "←", next: "→",
      resourceTimelineDay: words.day, resourceTimelineWeek: words.week, resourceTimelineMonth: words.month,
    },
    editable: false,
    selectable: Boolean(form),
    unselectAuto: false,
    select: (chosen) => fill(form, chosen),
    eventContent: (shown) => shown.event.title,
    eventDidMount: (shown) => describe(shown),
    eventAllUpdated: () => repair(holder, words),
    datesSet: () => requestAnimationFrame(() => repair(holder, words)),
  });
  requestAnimationFrame(() => repair(holder, words));
  return calendar;
}

// The calendar speaks of wall-clock time; the server answers in the facility's own, without an offset, as it is shown.
async function load(address, range) {
  const url = new URL(address, window.location.href);
  url.searchParams.set("start", range.startStr.slice(0, 10));
  url.searchParams.set("end", range.endStr.slice(0, 10));
  const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  return answer.ok ? answer.json() : [];
}

function describe({ event, el }) {
  const href = event.extendedProps.href;
  el.setAttribute("title", event.extendedProps.label || event.title);
  if (!href) return;
  el.setAttribute("role", "link");
  el.setAttribute("tabindex", "0");
  el.setAttribute("aria-label", event.extendedProps.label || event.title);
  const go = () => window.location.assign(href);
  el.addEventListener("click", go);
  el.addEventListener("keydown", (press) => press.key === "Enter" && go());
}

function fill(form, chosen) {
  const local = (moment) => moment.slice(0, 16);
  form.elements.unit.value = chosen.resource?.id ?? form.elements.unit.value;
  form.elements.start.value = local(chosen.startStr);
  form.elements.end.value = local(chosen.endStr);
  const dialog = form.closest("dialog");
  if (dialog) dialog.showModal();
  else form.scrollIntoView({ block: "center" });
  form.elements.start.focus();
}

// The library's roles do not form a grid that assistive technology can read, and its scroller can't be reached by key:
// the drawing becomes one labelled, focusable region and the table beside it carries the structure.
function repair(holder, words) {
  const grid = '[role="grid"], [role="rowgroup"], [role="row"], [role="gridcell"], [role="columnheader"], [role="rowheader"], [role="table"], [role="cell"]';
  holder.querySelectorAll(grid).forEach((element) => element.removeAttribute("role"));
  holder.querySelectorAll('.ec-main, .ec-body, [class*="scroll"]').forEach((element) => {
    if (element.scrollWidth <= element.clientWidth && element.scrollHeight <= element.clientHeight) return;
    element.tabIndex = 0;
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", holder.getAttribute("aria-label") || words.timeline || "");
  });
  holder.querySelector(".ec-prev")?.setAttribute("aria-label", words.previous || "");
  holder.querySelector(".ec-next")?.setAttribute("aria-label", words.next || "");
}

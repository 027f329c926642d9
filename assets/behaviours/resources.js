// The resource timeline of a host: every unit a row, bookings and closures as bars, a closure drawn by mouse.
// The table beside it is the accessible telling and works alone; what is drawn here fills the form that stands there.
import { createCalendar, Interaction, ResourceTimeline } from "@event-calendar/core";

// <div data-timeline data-events="URL?start=&end=" data-resources='[{"id","title"}]' data-date="2026-03-02" data-view="week"
//      data-language="en" data-words='{"today","previous","next","day","week","month"}' data-closure-form="form-id"
//      data-instead="id of what says the same where nothing is drawn">
export function resourceTimeline(holder) {
  const words = JSON.parse(holder.dataset.words || "{}");
  const form = document.getElementById(holder.dataset.closureForm || "");
  const instead = document.getElementById(holder.dataset.instead || "");
  const tidy = () => requestAnimationFrame(() => repair(holder, words));
  const resources = JSON.parse(holder.dataset.resources || "[]");
  // Seven days of eight slots fill the width that the units' names leave.
  const left = (instead ?? holder.parentElement).clientWidth - widest(resources);
  createCalendar(holder, [ResourceTimeline, Interaction], {
    ...looks(holder.dataset.language, words, Math.max(NARROWEST, Math.floor(left / 56))),
    view: VIEWS[holder.dataset.view] || VIEWS.week,
    date: holder.dataset.date,
    resources,
    eventSources: [{ events: (range) => load(holder.dataset.events, range) }],
    editable: false,
    selectable: Boolean(form),
    unselectAuto: false,
    select: (chosen) => fill(form, chosen),
    eventContent: ({ event }) => ({ domNodes: [content(event)] }),
    eventAllUpdated: tidy,
    datesSet: tidy,
    // A page that names its days by links of its own needs no second set of buttons.
    ...(holder.dataset.toolbar === "none" ? { headerToolbar: { start: "", center: "", end: "" } } : {}),
  });
  // The bars below say in one line what is drawn here: with the drawing in sight they are not needed twice.
  if (instead && holder.getClientRects().length) instead.hidden = true;
  tidy();
}

const VIEWS = { day: "resourceTimelineDay", week: "resourceTimelineWeek", month: "resourceTimelineMonth" };

// The narrowest slot of three hours that can be told from its neighbours, in pixels.
const NARROWEST = 17;

// About how wide the longest name is, before any face is loaded that could measure it.
function widest(resources) {
  const width = (title) => [...title].reduce((sum, letter) => sum + (letter > "\u2e80" ? 14 : 6.4), 0);
  return 28 + Math.max(0, ...resources.map(({ title }) => width(title)));
}

// Times are written by the 24-hour clock and days as the page's language writes them.
function looks(language, words, slotWidth) {
  const locale = language === "en" ? "en-GB" : language;
  const hour = (at) => String(at.getHours()).padStart(2, "0");
  return {
    locale,
    height: "auto",
    firstDay: 1,
    nowIndicator: true,
    slotDuration: "01:00",
    slotLabelInterval: "02:00",
    slotWidth: 40,
    snapDuration: "00:15",
    slotLabelFormat: hour,
    scrollTime: "08:00",
    dayHeaderFormat: { weekday: "short", day: "numeric", month: "short" },
    titleFormat: { year: "numeric", month: "short", day: "numeric" },
    views: {
      [VIEWS.week]: { slotDuration: "03:00", slotLabelInterval: "06:00", slotWidth, snapDuration: "01:00", scrollTime: "00:00" },
      [VIEWS.month]: { titleFormat: { year: "numeric", month: "long" }, dayHeaderFormat: { weekday: "short", day: "numeric" } },
    },
    headerToolbar: { start: "prev,next today", center: "title", end: Object.values(VIEWS).join(",") },
    buttonText: {
      today: words.today, prev: "", next: "",
      [VIEWS.day]: words.day, [VIEWS.week]: words.week, [VIEWS.month]: words.month,
    },
  };
}

// The calendar speaks of wall-clock time; the server answers in the facility's own, without an offset, as it is shown.
async function load(address, range) {
  const url = new URL(address, window.location.href);
  url.searchParams.set("start", range.startStr.slice(0, 10));
  url.searchParams.set("end", range.endStr.slice(0, 10));
  const answer = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin" });
  return answer.ok ? answer.json() : [];
}

// What stands in a bar is text, and a link where there is a page about it.
function content(event) {
  const { href, label } = event.extendedProps;
  const node = document.createElement(href ? "a" : "span");
  if (href) node.href = href;
  node.textContent = event.title;
  node.title = label || event.title;
  return node;
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
  for (const name of ["aria-colindex", "aria-rowindex", "aria-colcount", "aria-rowcount", "aria-colspan", "aria-rowspan"]) {
    holder.querySelectorAll(`[${name}]`).forEach((element) => element.removeAttribute(name));
  }
  holder.querySelectorAll('.ec-main, .ec-body, [class*="scroll"]').forEach((element) => {
    if (element.scrollWidth <= element.clientWidth && element.scrollHeight <= element.clientHeight) return;
    element.tabIndex = 0;
    element.setAttribute("role", "region");
    element.setAttribute("aria-label", holder.getAttribute("aria-label") || words.timeline || "");
  });
  holder.querySelector(".ec-prev")?.setAttribute("aria-label", words.previous || "");
  holder.querySelector(".ec-next")?.setAttribute("aria-label", words.next || "");
}

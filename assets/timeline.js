import { resourceTimeline } from "./behaviours/resources.js";

document.querySelectorAll("[data-timeline]").forEach(resourceTimeline);

import { pointsMap } from "./behaviours/points.js";

// A search that is narrowed in place brings a new map with it.
const draw = () => document.querySelectorAll("[data-map]:not(.leaflet-container)").forEach(pointsMap);

draw();
document.addEventListener("htmx:afterSettle", draw);

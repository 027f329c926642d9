import { pointsMap } from "./behaviours/points.js";

document.querySelectorAll("[data-map]").forEach(pointsMap);

// Facilities as points on a plain ground, with the names of their places: no tiles and no borders, which would need approval.
import L from "leaflet";

// <div data-map data-points="script-id or empty" aria-label="...">, points in a neighbouring
// <ul data-points-of="map id"> whose items carry data-lat, data-lon and a link: the list is the telling without JavaScript.
export function pointsMap(holder) {
  const items = [...document.querySelectorAll(`[data-points-of="${holder.id}"] [data-lat]`)];
  if (!items.length) return null;
  holder.hidden = false;
  const map = L.map(holder, { attributionControl: false, zoomSnap: 0.5, minZoom: 4, maxZoom: 16, scrollWheelZoom: false });
  map.zoomControl.setPosition("topright");
  const places = new Map();
  const points = items.map((item) => {
    const at = [Number(item.dataset.lat), Number(item.dataset.lon)];
    if (item.dataset.place) collect(places, item.dataset.place, at);
    return L.circleMarker(at, { radius: 8, className: "map-point", bubblingMouseEvents: false }).bindPopup(() => popup(item)).addTo(map);
  });
  for (const [name, spots] of places) {
    L.tooltip({ permanent: true, direction: "bottom", offset: [0, 8], className: "map-place" }).setLatLng(middle(spots)).setContent(text(name)).addTo(map);
  }
  map.fitBounds(L.featureGroup(points).getBounds().pad(0.25), { maxZoom: 13, animate: false });
  points.forEach((point, index) => label(point, items[index]));
  return map;
}

function collect(places, name, at) {
  places.set(name, [...(places.get(name) || []), at]);
}

function middle(spots) {
  const sum = spots.reduce(([lat, lon], [a, b]) => [lat + a, lon + b], [0, 0]);
  return sum.map((total) => total / spots.length);
}

// What a host typed stays text: it is copied as nodes, never parsed as markup.
function popup(item) {
  const link = item.querySelector("a").cloneNode(true);
  link.removeAttribute("class");
  return link;
}

function text(name) {
  const span = document.createElement("span");
  span.textContent = name;
  return span;
}

function label(point, item) {
  const element = point.getElement();
  element.setAttribute("tabindex", "0");
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", item.querySelector("a").textContent.trim());
  element.addEventListener("keydown", (press) => press.key === "Enter" && point.openPopup());
}

// The small behaviours of every page. Each improves something that already works without it.
import htmx from "htmx.org";
import { openDialogs } from "./behaviours/dialogs.js";
import { configure } from "./behaviours/htmx.js";
import { tabs } from "./behaviours/localized.js";
import { closeMenus } from "./behaviours/menus.js";
import { submitOnChange } from "./behaviours/submitting.js";

document.documentElement.classList.add("js");
configure(htmx);
closeMenus(document);
openDialogs(document);
submitOnChange(document);
tabs(document);
htmx.onLoad((fragment) => tabs(fragment));

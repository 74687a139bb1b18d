/** @import { App } from "./app.js" */

import { listed } from "./elements/sidebar.js";
import { hit } from "./render/dom.js";

/** The keys that work anywhere on the page. @param {App} app */
export function wireShortcuts(app) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && !event.altKey) {
      event.preventDefault();
      app.open("switcher");
    } else if (event.altKey && !event.ctrlKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      step(app, event.key === "ArrowUp" ? -1 : 1, event.shiftKey);
    } else if (event.key === "F6") {
      event.preventDefault();
      walk(event.shiftKey ? -1 : 1);
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const menu = hit(event, "[role=menu]");
      if (menu) stepInMenu(menu, event);
    }
  });
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function stepInMenu(menu, event) {
  event.preventDefault();
  const items = [...menu.querySelectorAll("[role=menuitem]:not([hidden])")];
  const at = items.indexOf(/** @type {Element} */ (document.activeElement));
  const next = items.at((at + (event.key === "ArrowUp" ? -1 : 1)) % items.length);
  if (next instanceof HTMLElement) next.focus();
}

/** To the room above or below. @param {App} app @param {-1 | 1} by @param {boolean} unreadOnly */
function step(app, by, unreadOnly) {
  const { rooms, direct } = listed(app);
  const all = [...rooms, ...direct].filter(
    (state) => !unreadOnly || state.info.unread > 0 || state.id === app.room,
  );
  const at = all.findIndex((state) => state.id === app.room);
  const next = all.at((at + by) % all.length);
  if (next && next.id !== app.room) app.show(next.id);
}

/** From one region of the page to the next: a notice, rooms, messages, box, details. @param {-1 | 1} by */
function walk(by) {
  const regions = [
    ".notice .btn",
    ".side .row[aria-current], .side .row, .side button",
    "#log",
    "#box",
    ".panel:not([hidden])",
  ]
    .map((selector) => document.querySelector(selector))
    .filter((node) => node instanceof HTMLElement && node.offsetParent !== null);
  const { activeElement } = document;
  const here = regions.findIndex((node) => regionOf(node) === regionOf(activeElement));
  const next = regions.at((here + by + regions.length) % regions.length);
  if (next instanceof HTMLElement) next.focus();
}

/** @param {Element | null} node */
function regionOf(node) {
  return node?.closest(".notice, .side, #log, .composer, .panel");
}

/** @import { App } from "./app.js" */

/** Back and forward between rooms, without loading the page. @param {App} app */
export function wireNavigation(app) {
  addEventListener("popstate", () => goTo(app));
  if (isListAddress()) document.body.dataset.view = "list";
}

/** @param {App} app */
function goTo(app) {
  const room = /^\/rooms\/(\d+)\/$/.exec(location.pathname)?.[1];
  if (room === undefined || isListAddress()) document.body.dataset.view = "list";
  else if (Number(room) === app.room) delete document.body.dataset.view;
  else app.show(Number(room), { push: false });
}

/** The list of a phone has an address of its own; loaded anew, there is a room behind it. */
function isListAddress() {
  return new URLSearchParams(location.search).get("view") === "list";
}

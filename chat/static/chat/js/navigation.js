/** @import { App } from "./app.js" */

/** Back and forward between rooms, without loading the page. @param {App} app */
export function wireNavigation(app) {
  addEventListener("popstate", () => goTo(app));
  // From the sidebar of a phone, the room that is already there.
  if (new URLSearchParams(location.search).get("view") === "list") document.body.dataset.view = "list";
}

/** @param {App} app */
function goTo(app) {
  const room = /^\/rooms\/(\d+)\/$/.exec(location.pathname)?.[1];
  if (room === undefined) document.body.dataset.view = "list";
  else if (Number(room) === app.room) delete document.body.dataset.view;
  else app.show(Number(room), { push: false });
}

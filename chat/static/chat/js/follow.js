/** @import { App } from "./app.js" */
import { roomName } from "./render/room.js";

/** Hidden for this long, the reader counts as away, in ms. */
const ABSENCE = 5 * 60_000;

/** What happens to the room on screen by itself: it loads, is joined, or is lost. @param {App} app */
export function follow(app) {
  const { client } = app;
  let name = "";
  const remember = () => {
    const { state } = app;
    if (state) name = roomName(state.info, app.me);
  };
  app.on("room", remember);
  client.on("rooms", () => {
    remember();
    if (app.room === null) showFirst(app);
    else if (app.joined && (app.preview || app.lost !== null)) app.enterJoined();
  });
  client.on("state", ({ phase }) => {
    if (phase === "online" && app.room !== null && !app.state?.loaded) app.load();
  });
  client.on("gone", ({ room }) => {
    if (room === app.room) app.lose(name);
  });
  client.on("signed-out", () => location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname)}`));
  client.on("refused", () => location.reload());
  tellAbsence(app);
}

/** @param {App} app */
function showFirst(app) {
  const [first] = app.client.rooms();
  if (first) app.show(first.id, { push: false });
}

/** @param {App} app */
function tellAbsence(app) {
  let timer = 0;
  let away = false;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.visibilityState === "hidden") {
      timer = window.setTimeout(() => {
        away = true;
        app.client.setAway(true);
      }, ABSENCE);
    } else if (away) {
      away = false;
      app.client.setAway(false);
    }
  });
}

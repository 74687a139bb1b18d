/** @import { App } from "./app.js" */

import { one } from "./render/dom.js";
import { roomName } from "./render/room.js";

const SIZE = 32;

/** The tab tells what waits: "(3) Room · Site", and a dot on its icon. @param {App} app */
export function keepTitle(app) {
  const link = one(document, "link[rel=icon]", HTMLLinkElement);
  const plain = link.href;
  let marked = false;
  const refresh = () => {
    const { state } = app;
    const count = waiting(app);
    const room = state ? `${roomName(state.info, app.me)} · ` : "";
    document.title = `${count > 0 ? `(${count}) ` : ""}${room}${app.site}`;
    if (marked === count > 0) return;
    marked = count > 0;
    if (marked) drawBadge(plain, (url) => marked && link.setAttribute("href", url));
    else link.href = plain;
  };
  app.on("room", refresh);
  app.on("loaded", refresh);
  app.client.on("rooms", refresh);
}

/** Mentions, and messages written to the reader alone. @param {App} app */
function waiting(app) {
  let count = 0;
  for (const { info } of app.client.rooms()) {
    if (info.notify !== "none") count += info.kind === "direct" ? info.unread : info.mentions;
  }
  return count;
}

/** @param {string} url of the plain icon @param {(url: string) => void} drawn */
function drawBadge(url, drawn) {
  const image = new Image(SIZE, SIZE);
  image.addEventListener("load", () => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIZE;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.drawImage(image, 0, 0, SIZE, SIZE);
    context.fillStyle = "#d33a2c";
    context.strokeStyle = "#fff";
    context.lineWidth = 2;
    context.beginPath();
    context.arc(SIZE - 8, 8, 7, 0, 2 * Math.PI);
    context.fill();
    context.stroke();
    drawn(canvas.toDataURL("image/png"));
  });
  image.src = url;
}

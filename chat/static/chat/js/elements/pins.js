/** @import { App } from "../app.js" */
/** @import { Message } from "../types.d.ts" */
import { formatDay, formatTime, t } from "../i18n.js";
import { el } from "../render/dom.js";
import { messageAddress } from "../render/time.js";

/** `<chat-pins>`: the pinned ones among the messages at hand. */
export class Pins {
  #app;
  #root;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#root = root;
    root.addEventListener("click", (event) => this.#clicked(event));
    for (const name of ["details", "room", "loaded"]) app.on(name, () => this.#draw());
    app.client.on("messages", ({ room }) => room === app.room && this.#draw());
    app.client.on("blocks", () => this.#draw());
  }

  #draw() {
    if (this.#app.details !== "pins") return;
    const pinned = (this.#app.state?.messages ?? []).filter((message) => message.pinned && !message.deleted);
    this.#root.replaceChildren(
      ...(pinned.length > 0
        ? pinned.reverse().map((message) => pinNode(message, this.#app.folds(message)))
        : [el("p", { class: "help panel-note" }, t("Nothing is pinned here."))]),
    );
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const pin = event.target instanceof Element ? event.target.closest("a.pin") : null;
    if (!(pin instanceof HTMLElement) || event.ctrlKey || event.metaKey || this.#app.room === null) return;
    event.preventDefault();
    this.#app.show(this.#app.room, { at: Number(pin.dataset.tick), push: false });
  }
}

/** @param {Message} message @param {boolean} folded */
function pinNode(message, folded) {
  const { author, sent_at: sentAt } = message;
  return el(
    "a",
    { class: "pin", href: messageAddress(message), "data-tick": message.tick },
    el(
      "span",
      { class: "msg-head" },
      el("b", {}, author.name || author.username),
      el("time", { class: "msg-time", datetime: sentAt }, `${formatDay(sentAt)} ${formatTime(sentAt)}`),
    ),
    el("p", { dir: "auto" }, folded ? t("Message from someone you blocked.") : message.text.slice(0, 400)),
  );
}

/** @import { App } from "../app.js" */
/** @import { Notice } from "../notice-types.d.ts" */
/** @import { Id } from "../types.d.ts" */
import { formatDateTime, t } from "../i18n.js";
import { WaitingNotices } from "../notices.js";
import { CommandError } from "../protocol.js";
import { el, icon, one, part } from "../render/dom.js";
import { noticeWords } from "../render/notice.js";
import { attempt } from "../render/refusal.js";

/** `<chat-notices>`: what the moderators tell the reader, one after the other, until each is understood. */
export class Notices {
  #app;
  #card;
  #waiting = new WaitingNotices();
  /** One that was understood once, for who asks to read it again. @type {Notice | null} */
  #again = null;
  /** The notice on screen. @type {Id | null} */
  #shown = null;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#card = one(root, ".notice");
    part(root, "understood").addEventListener("click", () => this.#putAside());
    app.on("why-muted", () => this.#tellAgain());
    app.client.on("welcome", () => this.#load());
    app.client.on("notice", ({ notice }) => this.#take([notice]));
  }

  async #load() {
    try {
      this.#take(await this.#app.api.notices());
    } catch (reason) {
      // The next welcome asks again.
      if (!(reason instanceof CommandError)) throw reason;
    }
  }

  async #tellAgain() {
    await attempt(
      (async () => {
        const told = (await this.#app.api.notices()).sort((a, b) => b.id - a.id);
        const here = this.#app.room;
        this.#again = told.find(({ action, room }) => action === "mute" && (!room || room.id === here)) ?? null;
        this.#draw();
        if (this.#again) part(this.#card, "understood").focus();
      })(),
    );
  }

  async #putAside() {
    if (this.#again) {
      this.#again = null;
      this.#draw();
      return;
    }
    const notice = this.#waiting.first;
    if (!notice || !(await attempt(this.#app.api.putAside(notice.id)))) return;
    this.#take([{ ...notice, seen: true }]);
  }

  /** @param {Notice[]} notices */
  #take(notices) {
    this.#waiting.take(notices);
    this.#draw();
  }

  #draw() {
    const notice = this.#again ?? this.#waiting.first;
    const more = this.#waiting.count - (this.#again ? 0 : 1);
    part(this.#card, "more").textContent = more > 0 ? t("{n} more", { n: more }) : "";
    if (this.#shown === (notice?.id ?? null)) return;
    this.#shown = notice?.id ?? null;
    const focused = this.#card.contains(document.activeElement);
    this.#card.hidden = !notice;
    if (!notice) {
      if (focused) one(document, "#log").focus();
      return;
    }
    const { symbol, title, lines } = noticeWords(notice);
    part(this.#card, "words").replaceChildren(
      el("h2", {}, icon(symbol), title),
      ...lines.map((line) => el("p", {}, line)),
      ...(notice.text ? [el("blockquote", { dir: "auto" }, notice.text)] : []),
      el("p", { class: "help" }, el("time", { datetime: notice.created_at }, formatDateTime(notice.created_at))),
    );
  }
}

/** @import { App } from "../app.js" */
/** @import { Id } from "../types.d.ts" */
import { formatList, t } from "../i18n.js";
import { el, one, part } from "../render/dom.js";
import { phrase } from "../render/phrase.js";

/** "Ann is typing…", in a line that is always there. */
export class TypingLine {
  #app;
  #dots;
  #words;
  #timer = 0;
  /** The room whose people have been asked for, since one of them typed without ever having spoken. @type {Id | null} */
  #asked = null;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#dots = one(root, ".dots");
    this.#words = part(root, "typing");
    app.on("room", () => this.#refresh());
    app.client.on("members", ({ room }) => room === app.room && this.#refresh());
    app.client.on("typing", ({ room }) => room === app.room && this.#refresh());
  }

  #refresh() {
    clearTimeout(this.#timer);
    const { state } = this.#app;
    const now = Date.now();
    const active = [...(state?.typing ?? [])].filter(([, until]) => until > now);
    const users = active.flatMap(([id]) => this.#app.person(id) ?? []);
    if (users.length < active.length) this.#meet();
    const names = users.map((user) => user.name || user.username);
    this.#dots.hidden = names.length === 0;
    this.#words.replaceChildren(...sentence(names));
    if (active.length > 0)
      this.#timer = window.setTimeout(
        () => this.#refresh(),
        Math.min(...active.map(([, until]) => until)) - now + 20,
      );
  }

  #meet() {
    const { room, client } = this.#app;
    if (room === null || room === this.#asked) return;
    this.#asked = room;
    // Who stays unknown is not named: a typing mark is not worth an error.
    client.loadMembers(room).catch(() => undefined);
  }
}

/** @param {string[]} names @returns {(Node | string)[]} */
function sentence(names) {
  if (names.length === 0) return [];
  if (names.length > 3) return [t("Several people are typing…")];
  const who = el("b", {}, formatList(names));
  return names.length === 1
    ? phrase(t("{name} is typing…"), { name: who })
    : phrase(t("{names} are typing…"), { names: who });
}

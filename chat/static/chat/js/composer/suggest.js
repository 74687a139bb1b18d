/** @import { App } from "../app.js" */
/** @import { User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { CommandError } from "../protocol.js";
import { el, icon, one, part } from "../render/dom.js";
import { Listbox } from "../render/listbox.js";
import { bestFirst, personOption } from "../render/people.js";

/** How long typing pauses before people are looked up, in ms. */
const PAUSE = 120;
const MOST = 8;
/** What is being named before the caret; an e-mail address is no mention, Chinese sets no space before one. */
const NAMING = /(?<![A-Za-z0-9+/@])@([\p{L}\p{N}_.+-]{0,40})$/u;

/** People to mention, while `@na` is being typed. */
export class MentionSuggestions {
  #app;
  #box;
  #pop;
  #listbox;
  #timer = 0;
  /** @type {string[]} user names, as listed */
  #names = [];

  /** @param {HTMLElement} root @param {HTMLTextAreaElement} box @param {App} app */
  constructor(root, box, app) {
    this.#app = app;
    this.#box = box;
    this.#pop = part(root, "suggest");
    this.#listbox = new Listbox(box, one(this.#pop, "ul"), (index) => this.#take(index), ["Enter", "Tab"]);
    box.addEventListener("input", () => this.#look());
    box.addEventListener("blur", () => this.close());
  }

  /** @param {KeyboardEvent} event @returns {boolean} it was for the list */
  pressed(event) {
    if (this.#listbox.pressed(event)) return true;
    if (event.key !== "Escape" || !this.#listbox.open) return false;
    this.close();
    return true;
  }

  close() {
    clearTimeout(this.#timer);
    this.#pop.hidden = true;
    this.#listbox.close();
  }

  #look() {
    clearTimeout(this.#timer);
    const named = this.#named();
    if (named === null) return this.close();
    this.#timer = window.setTimeout(() => this.#ask(named), PAUSE);
  }

  /** @returns {string | null} what follows the @ before the caret */
  #named() {
    return NAMING.exec(this.#box.value.slice(0, this.#box.selectionStart))?.[1] ?? null;
  }

  /** @param {string} q */
  async #ask(q) {
    const { room, me } = this.#app;
    if (room === null) return;
    try {
      const { members } = await this.#app.api.members(room, { q });
      const people = members.map((member) => member.user).filter((user) => user.id !== me.id);
      if (this.#named() === q && document.activeElement === this.#box) this.#show(people, q);
    } catch (reason) {
      if (!(reason instanceof CommandError)) throw reason;
      this.close();
    }
  }

  /** @param {User[]} people @param {string} q */
  #show(people, q) {
    const shown = bestFirst(people, q).slice(0, MOST);
    const options = shown.map(personOption);
    this.#names = shown.map((user) => user.username);
    if ("room".startsWith(q.toLowerCase()) && this.#app.state?.info.kind !== "direct") {
      options.push(everyone());
      this.#names.push("room");
    }
    this.#pop.hidden = options.length === 0;
    this.#listbox.show(options);
  }

  /** @param {number} index */
  #take(index) {
    const caret = this.#box.selectionStart;
    const start = caret - (this.#named() ?? "").length;
    this.#box.setRangeText(`${this.#names[index]} `, start, caret, "end");
    this.close();
    this.#box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function everyone() {
  return el(
    "li",
    {},
    icon("people"),
    el("span", { class: "row-name" }, "@room"),
    el("span", { class: "row-note" }, t("Everyone in this room")),
  );
}

/** @import { App } from "../app.js" */
/** @import { User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { CommandError } from "../protocol.js";
import { avatar } from "../render/avatar.js";
import { el, icon, one, part } from "../render/dom.js";
import { bestFirst } from "../render/people.js";

const PAUSE = 120;
const MOST = 8;
/** What is being named before the caret; an e-mail address is no mention, Chinese sets no space before one. */
const NAMING = /(?<![A-Za-z0-9+/@])@([\p{L}\p{N}_.+-]{0,40})$/u;

/** People to mention, while `@na` is being typed. */
export class MentionSuggestions {
  #app;
  #box;
  #pop;
  #list;
  #timer = 0;
  /** @type {string[]} user names, as listed */
  #names = [];
  #chosen = 0;

  /** @param {HTMLElement} root @param {HTMLTextAreaElement} box @param {App} app */
  constructor(root, box, app) {
    this.#app = app;
    this.#box = box;
    this.#pop = part(root, "suggest");
    this.#list = one(this.#pop, "ul");
    box.addEventListener("input", () => this.#look());
    box.addEventListener("blur", () => this.close());
    // Before the box loses the focus to the list.
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest("li") : null;
      if (option) this.#take([...this.#list.children].indexOf(option));
    });
  }

  /** @param {KeyboardEvent} event @returns {boolean} it was for the list */
  pressed(event) {
    if (this.#pop.hidden) return false;
    if (event.key === "ArrowDown") this.#choose(this.#chosen + 1);
    else if (event.key === "ArrowUp") this.#choose(this.#chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#chosen);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  close() {
    clearTimeout(this.#timer);
    this.#pop.hidden = true;
    this.#box.removeAttribute("aria-activedescendant");
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
    const { room } = this.#app;
    if (room === null) return;
    /** @type {User[]} */
    let people;
    try {
      people = (await this.#app.api.members(room, { q })).members.map((member) => member.user);
    } catch (reason) {
      if (reason instanceof CommandError) return this.close();
      throw reason;
    }
    if (this.#named() === q && document.activeElement === this.#box)
      this.#show(
        people.filter((user) => user.id !== this.#app.me.id),
        q,
      );
  }

  /** @param {User[]} people @param {string} q */
  #show(people, q) {
    /** @type {{username: string, parts: Node[]}[]} */
    const options = bestFirst(people, q)
      .slice(0, MOST)
      .map((user) => ({
        username: user.username,
        parts: [
          avatar(user, { size: 24 }),
          el("span", { class: "row-name" }, user.name || user.username),
          el("span", { class: "row-note" }, `@${user.username}`),
        ],
      }));
    if ("room".startsWith(q.toLowerCase()) && this.#app.state?.info.kind !== "direct") {
      options.push({
        username: "room",
        parts: [
          icon("people"),
          el("span", { class: "row-name" }, "@room"),
          el("span", { class: "row-note" }, t("Everyone in this room")),
        ],
      });
    }
    if (options.length === 0) return this.close();
    this.#names = options.map(({ username }) => username);
    this.#list.replaceChildren(
      ...options.map(({ parts }, index) =>
        el("li", { class: "opt", role: "option", id: `suggestion-${index}` }, ...parts),
      ),
    );
    this.#pop.hidden = false;
    this.#choose(0);
  }

  /** @param {number} index */
  #choose(index) {
    const count = this.#names.length;
    this.#chosen = (index + count) % count;
    for (const [at, option] of [...this.#list.children].entries()) {
      option.setAttribute("aria-selected", String(at === this.#chosen));
    }
    this.#box.setAttribute("aria-activedescendant", `suggestion-${this.#chosen}`);
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

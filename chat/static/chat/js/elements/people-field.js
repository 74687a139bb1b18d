/** @import { App } from "../app.js" */
/** @import { User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { CommandError } from "../protocol.js";
import { avatar } from "../render/avatar.js";
import { el, icon } from "../render/dom.js";
import { Listbox } from "../render/listbox.js";
import { bestFirst, personOption } from "../render/people.js";

/** How long typing pauses before people are looked up, in ms. */
const PAUSE = 150;
const MOST = 6;

/** A field to gather people by name: type, choose, and they stand in it as tokens. */
export class PeopleField {
  #app;
  #input;
  #list;
  #listbox;
  #timer = 0;
  /** @type {User[]} */
  #offered = [];
  /** @type {User[]} */
  chosen = [];

  /** @param {HTMLElement} root with `data-input`, the id for the label @param {App} app */
  constructor(root, app) {
    this.#app = app;
    const id = root.dataset.input ?? "";
    const list = `${id}-list`;
    this.#list = el("ul", {
      class: "pop opts people-opts",
      id: list,
      role: "listbox",
      "aria-label": t("People"),
      hidden: true,
    });
    this.#input = el("input", {
      id,
      autocomplete: "off",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": list,
      "aria-autocomplete": "list",
      placeholder: t("Name or user name"),
      autofocus: root.hasAttribute("data-focus"),
    });
    root.append(el("div", { class: "input tokens" }, this.#input), this.#list);
    this.#listbox = new Listbox(this.#input, this.#list, (index) => this.#take(index), ["Enter", ","]);
    this.#input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#ask(), PAUSE);
    });
    this.#input.addEventListener("keydown", (event) => this.#pressed(event));
    this.#input.addEventListener("blur", () => this.#offer([]));
  }

  clear() {
    this.chosen = [];
    this.#input.value = "";
    this.#offer([]);
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (this.#listbox.pressed(event)) return;
    if (event.key === "Escape" && this.#listbox.open) {
      // The list alone, not the dialog it is in.
      event.preventDefault();
      this.#offer([]);
    } else if (event.key === "Backspace" && this.#input.value === "" && this.chosen.length > 0) {
      this.#drop(this.chosen.length - 1);
    }
  }

  async #ask() {
    const q = this.#input.value.trim();
    if (q === "") return this.#offer([]);
    try {
      const users = await this.#app.api.users(q);
      if (q !== this.#input.value.trim()) return;
      const taken = new Set([this.#app.me.id, ...this.chosen.map((user) => user.id)]);
      this.#offer(
        bestFirst(users, q)
          .filter((user) => !taken.has(user.id))
          .slice(0, MOST),
      );
    } catch (reason) {
      if (!(reason instanceof CommandError)) throw reason;
    }
  }

  /** @param {User[]} users */
  #offer(users) {
    this.#offered = users;
    this.#list.hidden = users.length === 0;
    this.#listbox.show(users.map(personOption));
  }

  /** @param {number} index */
  #take(index) {
    const user = this.#offered[index];
    if (!user) return;
    this.chosen.push(user);
    this.#input.value = "";
    this.#offer([]);
    this.#draw();
    this.#input.focus();
  }

  /** @param {number} index */
  #drop(index) {
    this.chosen.splice(index, 1);
    this.#draw();
    this.#input.focus();
  }

  #draw() {
    const tokens = this.chosen.map((user, index) => this.#token(user, index));
    // The input itself stays where it is: moved, it would lose the focus that its dialog just gave it.
    for (const token of [...(this.#input.parentElement?.children ?? [])])
      if (token !== this.#input) token.remove();
    this.#input.before(...tokens);
  }

  /** @param {User} user @param {number} index */
  #token(user, index) {
    const name = user.name || user.username;
    const remove = el("button", { type: "button", "aria-label": t("Leave out {name}", { name }) }, icon("x"));
    remove.addEventListener("click", () => this.#drop(index));
    return el("span", { class: "token" }, avatar(user, { size: 20 }), name, remove);
  }
}

/** @import { App } from "../app.js" */
/** @import { User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { CommandError } from "../protocol.js";
import { avatar } from "../render/avatar.js";
import { el, icon } from "../render/dom.js";
import { bestFirst } from "../render/people.js";

const PAUSE = 150;
const MOST = 6;

/** A field to gather people by name: type, choose, and they stand in it as tokens. */
export class PeopleField {
  #app;
  #box = el("div", { class: "input tokens" });
  #input;
  #list;
  #timer = 0;
  /** @type {User[]} */
  #offered = [];
  #active = 0;
  /** @type {User[]} */
  chosen = [];

  /** @param {HTMLElement} root with `data-input`, the id for the label @param {App} app */
  constructor(root, app) {
    this.#app = app;
    const id = root.dataset.input ?? "";
    this.#list = el("ul", {
      class: "pop opts people-opts",
      id: `${id}-list`,
      role: "listbox",
      "aria-label": t("People"),
      hidden: true,
    });
    this.#input = el("input", {
      id,
      autocomplete: "off",
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": `${id}-list`,
      "aria-autocomplete": "list",
      placeholder: t("Name or user name"),
      autofocus: root.hasAttribute("data-focus"),
    });
    this.#box.append(this.#input);
    root.append(this.#box, this.#list);
    this.#input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#ask(), PAUSE);
    });
    this.#input.addEventListener("keydown", (event) => this.#pressed(event));
    this.#input.addEventListener("blur", () => this.#offer([]));
    this.#list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest("li") : null;
      if (option) this.#take([...this.#list.children].indexOf(option));
    });
  }

  clear() {
    this.chosen = [];
    this.#input.value = "";
    this.#offer([]);
    this.#draw();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const count = this.#offered.length;
    if (event.key === "Backspace" && this.#input.value === "" && this.chosen.length > 0) {
      this.#drop(this.chosen.length - 1);
    } else if (count === 0 || event.isComposing) return;
    else if (event.key === "ArrowDown") this.#point((this.#active + 1) % count);
    else if (event.key === "ArrowUp") this.#point((this.#active + count - 1) % count);
    else if (event.key === "Enter" || event.key === ",") this.#take(this.#active);
    else if (event.key === "Escape") this.#offer([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
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
    this.#input.setAttribute("aria-expanded", String(users.length > 0));
    this.#list.replaceChildren(
      ...users.map((user, index) =>
        el(
          "li",
          { class: "opt", role: "option", id: `${this.#list.id}-${index}` },
          avatar(user, { size: 24 }),
          el("span", { class: "row-name" }, user.name || user.username),
          el("span", { class: "row-note" }, `@${user.username}`),
        ),
      ),
    );
    if (users.length > 0) this.#point(0);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  #point(index) {
    this.#active = index;
    for (const [at, option] of [...this.#list.children].entries())
      option.setAttribute("aria-selected", String(at === index));
    this.#input.setAttribute("aria-activedescendant", `${this.#list.id}-${index}`);
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
    for (const token of this.#box.querySelectorAll(".token")) token.remove();
    for (const [index, user] of this.chosen.entries()) {
      const name = user.name || user.username;
      const remove = el("button", { type: "button", "aria-label": t("Leave out {name}", { name }) }, icon("x"));
      remove.addEventListener("click", () => this.#drop(index));
      this.#input.before(el("span", { class: "token" }, avatar(user, { size: 20 }), name, remove));
    }
  }
}

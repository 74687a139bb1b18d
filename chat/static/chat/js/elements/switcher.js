/** @import { App } from "../app.js" */
/** @import { RoomState, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { CommandError } from "../protocol.js";
import { avatar } from "../render/avatar.js";
import { el, one } from "../render/dom.js";
import { bestFirst } from "../render/people.js";
import { roomMark, roomName } from "../render/room.js";
import { onOpen } from "./dialogs.js";
import { badge } from "./sidebar.js";

const PAUSE = 150;
const MOST = 12;

/** @typedef {{node: HTMLElement, run: () => void}} Option */

/** `<chat-switcher>`: jump to any room or person by a few letters. */
export class Switcher {
  #app;
  #dialog;
  #field;
  #list;
  #timer = 0;
  /** @type {Option[]} */
  #options = [];
  #active = 0;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#dialog = one(root, "dialog", HTMLDialogElement);
    this.#field = one(root, "input", HTMLInputElement);
    this.#list = one(root, "ul");
    onOpen(this.#dialog, () => {
      this.#field.value = "";
      this.#look();
    });
    this.#field.addEventListener("input", () => this.#look());
    this.#field.addEventListener("keydown", (event) => this.#pressed(event));
    this.#list.addEventListener("click", (event) => {
      const option = event.target instanceof Element ? event.target.closest("li") : null;
      if (option) this.#take([...this.#list.children].indexOf(option));
    });
  }

  #look() {
    clearTimeout(this.#timer);
    const q = this.#field.value.trim().toLocaleLowerCase();
    const rooms = this.#rooms(q);
    this.#show(rooms, []);
    if (q !== "") this.#timer = window.setTimeout(() => this.#askPeople(q, rooms), PAUSE);
  }

  /** Unread ones first. @param {string} q @returns {RoomState[]} */
  #rooms(q) {
    const { client, me } = this.#app;
    const named = client.rooms().map((state) => ({ state, name: roomName(state.info, me) }));
    const weight = (/** @type {RoomState} */ { info }) => Number(info.mentions > 0) * 2 + Number(info.unread > 0);
    return named
      .filter(({ name }) => name.toLocaleLowerCase().includes(q))
      .sort((a, b) => weight(b.state) - weight(a.state) || a.name.localeCompare(b.name))
      .slice(0, MOST)
      .map(({ state }) => state);
  }

  /** @param {string} q @param {RoomState[]} rooms */
  async #askPeople(q, rooms) {
    try {
      const people = bestFirst(await this.#app.api.users(q), q);
      if (q === this.#field.value.trim().toLocaleLowerCase())
        this.#show(
          rooms,
          people.filter((user) => user.id !== this.#app.me.id),
        );
    } catch (reason) {
      if (!(reason instanceof CommandError)) throw reason;
    }
  }

  /** @param {RoomState[]} rooms @param {User[]} people */
  #show(rooms, people) {
    this.#options = [
      ...rooms.map((state) => this.#roomOption(state)),
      ...people.slice(0, MOST).map((user) => this.#personOption(user)),
    ];
    for (const [index, { node }] of this.#options.entries()) node.id = `switch-${index}`;
    this.#list.replaceChildren(...this.#options.map(({ node }) => node));
    this.#point(0);
  }

  /** @param {RoomState} state @returns {Option} */
  #roomOption(state) {
    const { info } = state;
    const note = state.id === this.#app.room ? t("You are here") : info.topic;
    const node = option(roomMark(state, this.#app.me, 24), roomName(info, this.#app.me), note);
    node.append(...badge(info));
    return { node, run: () => this.#app.show(state.id) };
  }

  /** @param {User} user @returns {Option} */
  #personOption(user) {
    const node = option(avatar(user, { size: 24 }), user.name || user.username, `@${user.username}`);
    return { node, run: () => this.#app.attempt(this.#app.converse([user.id])) };
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const count = this.#options.length;
    if (count === 0 || event.isComposing) return;
    if (event.key === "ArrowDown") this.#point((this.#active + 1) % count);
    else if (event.key === "ArrowUp") this.#point((this.#active + count - 1) % count);
    else if (event.key === "Enter") this.#take(this.#active);
    else return;
    event.preventDefault();
  }

  /** @param {number} index */
  #point(index) {
    this.#active = index;
    for (const [at, { node }] of this.#options.entries()) node.setAttribute("aria-selected", String(at === index));
    const active = this.#options[index]?.node;
    active?.scrollIntoView({ block: "nearest" });
    if (active) this.#field.setAttribute("aria-activedescendant", active.id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  /** @param {number} index */
  #take(index) {
    this.#dialog.close();
    this.#options[index]?.run();
  }
}

/** @param {Node} mark @param {string} name @param {string} note */
function option(mark, name, note) {
  return el(
    "li",
    { class: "opt", role: "option" },
    mark,
    el("span", { class: "row-name" }, name),
    el("span", { class: "row-note" }, note),
  );
}

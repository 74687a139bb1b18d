/** @import { App } from "../app.js" */
/** @import { RoomState, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { CommandError } from "../protocol.js";
import { el, one } from "../render/dom.js";
import { Listbox } from "../render/listbox.js";
import { bestFirst, personOption } from "../render/people.js";
import { attempt } from "../render/refusal.js";
import { badge, roomMark, roomName } from "../render/room.js";
import { onOpen } from "./dialogs.js";

/** How long typing pauses before people are looked up, in ms. */
const PAUSE = 150;
const MOST = 12;

/** `<chat-switcher>`: jump to any room or person by a few letters. */
export class Switcher {
  #app;
  #dialog;
  #field;
  #listbox;
  #timer = 0;
  /** What each option does. @type {(() => void)[]} */
  #runs = [];

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#dialog = one(root, "dialog", HTMLDialogElement);
    this.#field = one(root, "input", HTMLInputElement);
    this.#listbox = new Listbox(this.#field, one(root, "ul"), (index) => this.#take(index));
    onOpen(this.#dialog, () => {
      this.#field.value = "";
      this.#look();
    });
    this.#field.addEventListener("input", () => this.#look());
    this.#field.addEventListener("keydown", (event) => this.#listbox.pressed(event));
  }

  #look() {
    clearTimeout(this.#timer);
    const q = this.#field.value.trim().toLocaleLowerCase();
    const rooms = this.#rooms(q);
    this.#show(rooms, []);
    this.#say("");
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
      const people = bestFirst(await this.#app.api.users(q), q).filter((user) => user.id !== this.#app.me.id);
      if (q !== this.#field.value.trim().toLocaleLowerCase()) return;
      this.#show(rooms, people.slice(0, MOST));
      if (rooms.length + people.length === 0) this.#say(t("No room and nobody fits."));
    } catch (reason) {
      if (!(reason instanceof CommandError)) throw reason;
    }
  }

  /** @param {RoomState[]} rooms @param {User[]} people */
  #show(rooms, people) {
    const { room, me } = this.#app;
    this.#runs = [
      ...rooms.map(
        ({ id }) =>
          () =>
            this.#app.show(id),
      ),
      ...people.map(
        ({ id }) =>
          () =>
            attempt(this.#app.converse(id)),
      ),
    ];
    this.#listbox.show([
      ...rooms.map((state) => roomOption(state, me, state.id === room)),
      ...people.map(personOption),
    ]);
  }

  /** @param {string} words where options would be */
  #say(words) {
    one(this.#dialog, "[role=status]").textContent = words;
  }

  /** @param {number} index */
  #take(index) {
    this.#dialog.close();
    this.#runs[index]?.();
  }
}

/** @param {RoomState} state @param {User} me @param {boolean} here */
function roomOption(state, me, here) {
  const { info } = state;
  return el(
    "li",
    {},
    roomMark(state, me, 24),
    el("span", { class: "row-name" }, roomName(info, me)),
    el("span", { class: "row-note" }, here ? t("You are here") : info.topic),
    ...badge(info),
  );
}

/** @import { App } from "../app.js" */
/** @import { Room } from "../types.d.ts" */
import { t, tn } from "../i18n.js";
import { el, hit, icon, one, part } from "../render/dom.js";
import { attempt } from "../render/refusal.js";
import { iconOf } from "../render/room.js";
import { onOpen } from "./dialogs.js";

/** `<chat-browse>`: every room the reader is in or could join. */
export class Browse {
  #app;
  #dialog;
  #field;
  /** @type {Room[]} */
  #rooms = [];

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#dialog = one(root, "dialog", HTMLDialogElement);
    this.#field = one(root, "input", HTMLInputElement);
    onOpen(this.#dialog, () => this.#opened());
    this.#field.addEventListener("input", () => this.#draw());
    part(root, "list").addEventListener("click", (event) => this.#clicked(event));
  }

  async #opened() {
    this.#field.value = "";
    this.#rooms = this.#mine();
    this.#draw();
    await attempt(
      (async () => {
        const others = await this.#app.api.publicRooms();
        const mine = this.#mine();
        const joined = new Set(mine.map((room) => room.id));
        this.#rooms = [...mine, ...others.filter((room) => !joined.has(room.id))];
        this.#draw();
      })(),
    );
  }

  #mine() {
    return this.#app.client
      .rooms()
      .map((state) => state.info)
      .filter((room) => room.kind !== "direct");
  }

  #draw() {
    const q = this.#field.value.trim().toLocaleLowerCase();
    const compare = new Intl.Collator(document.documentElement.lang).compare;
    const shown = this.#rooms
      .filter((room) => `${room.name}\n${room.topic}`.toLocaleLowerCase().includes(q))
      .sort((a, b) => Number(a.archived) - Number(b.archived) || compare(a.name, b.name));
    part(this.#dialog, "list").replaceChildren(...shown.map((room) => this.#card(room)));
    part(this.#dialog, "none").hidden = shown.length > 0;
    part(this.#dialog, "count").textContent = tn(
      "{n} room you can see",
      "{n} rooms you can see",
      this.#rooms.length,
    );
  }

  /** @param {Room} room */
  #card(room) {
    const joined = this.#app.client.room(room.id) !== undefined;
    const act = (/** @type {string} */ what, /** @type {string} */ classes, /** @type {string} */ label) =>
      el(
        "button",
        {
          class: classes,
          type: "button",
          "data-act": what,
          "data-room": room.id,
          "aria-label": `${label}: ${room.name}`,
        },
        label,
      );
    return el(
      "li",
      { class: "room-card" },
      icon(iconOf(room)),
      el(
        "div",
        {},
        el(
          "span",
          { class: "room-card-name" },
          room.name,
          joined && el("span", { class: "tag tag-accent" }, t("Joined")),
          room.archived && el("span", { class: "tag" }, t("Archived")),
        ),
        room.topic !== "" && el("p", { dir: "auto" }, room.topic),
        el("span", { class: "row-note" }, tn("{n} person", "{n} people", room.members)),
      ),
      joined || room.archived
        ? act("open", "btn btn-quiet", t("Open"))
        : el(
            "span",
            { class: "room-card-acts" },
            act("open", "btn btn-quiet", t("Look inside")),
            act("join", "btn", t("Join")),
          ),
    );
  }

  /** @param {MouseEvent} event */
  async #clicked(event) {
    const button = hit(event, "[data-room]");
    if (!button) return;
    const room = Number(button.dataset.room);
    if (button.dataset.act === "join") {
      if (!(await attempt(this.#app.api.join(room)))) return;
      this.#dialog.close();
      await this.#app.showWhenThere(room);
    } else {
      this.#dialog.close();
      await this.#app.show(room);
    }
  }
}

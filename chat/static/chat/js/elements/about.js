/** @import { App } from "../app.js" */
/** @import { Notify } from "../types.d.ts" */
import { t } from "../i18n.js";
import { confirm } from "../render/confirm.js";
import { one, part } from "../render/dom.js";
import { attempt } from "../render/refusal.js";
import { mayModerate } from "../render/room.js";
import { toast } from "../render/toast.js";

/** `<chat-about>`: what the room is called and about, and what the reader wants to hear of it. */
export class About {
  #app;
  #root;
  #form;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#root = root;
    this.#form = one(root, "form", HTMLFormElement);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#save();
    });
    one(root, "fieldset").addEventListener("change", (event) => this.#setNotify(event));
    part(root, "archive").addEventListener("click", () => this.#archive());
    part(root, "restore").addEventListener("click", () => this.#change({ archived: false }));
    part(root, "leave").addEventListener("click", () => this.#leave());
    for (const name of ["details", "room", "loaded"]) app.on(name, () => this.#draw());
    app.client.on("room", ({ room }) => room === app.room && this.#draw());
  }

  #draw() {
    const { state, joined, details } = this.#app;
    if (!state || details !== "about") return;
    const { info } = state;
    const moderator = mayModerate(info);
    this.#form.hidden = !moderator || info.archived;
    if (!this.#form.contains(document.activeElement)) {
      one(this.#form, "[name=name]", HTMLInputElement).value = info.name;
      one(this.#form, "[name=topic]", HTMLTextAreaElement).value = info.topic;
    }
    part(this.#root, "topic").textContent = info.topic;
    part(this.#root, "topic").hidden = !this.#form.hidden || info.topic === "";
    one(this.#root, "fieldset").hidden = !joined;
    for (const radio of this.#root.querySelectorAll("[name=notify]")) {
      if (radio instanceof HTMLInputElement) radio.checked = radio.value === info.notify;
    }
    part(this.#root, "archive").hidden = !moderator || info.archived;
    part(this.#root, "restore").hidden = !moderator || !info.archived;
    part(this.#root, "leave").hidden = !joined || info.kind === "direct";
  }

  async #save() {
    const name = one(this.#form, "[name=name]", HTMLInputElement).value.trim();
    const topic = one(this.#form, "[name=topic]", HTMLTextAreaElement).value.trim();
    if (await this.#change({ name, topic })) toast(t("Saved."));
  }

  /** @param {{name?: string, topic?: string, archived?: boolean}} fields */
  async #change(fields) {
    const { room, api } = this.#app;
    return room !== null && attempt(api.changeRoom(room, fields));
  }

  /** @param {Event} event */
  async #setNotify(event) {
    const { room, api } = this.#app;
    if (room === null || !(event.target instanceof HTMLInputElement)) return;
    await attempt(api.setNotify(room, /** @type {Notify} */ (event.target.value)));
    this.#draw();
  }

  async #archive() {
    const sure = await confirm({
      title: t("Archive this room?"),
      text: t("Everyone can go on reading it. Nobody can post until it is restored."),
      action: t("Archive"),
    });
    if (sure) await this.#change({ archived: true });
  }

  async #leave() {
    const { room, api, state } = this.#app;
    if (room === null || !state) return;
    const text =
      state.info.kind === "private"
        ? t("You can come back only if somebody adds you.")
        : t("You can join again at any time.");
    const sure = await confirm({ title: t("Leave {room}?", { room: state.info.name }), text, action: t("Leave") });
    if (sure) await attempt(api.leave(room));
  }
}

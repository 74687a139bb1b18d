/** @import { App } from "../app.js" */
/** @import { Message, User } from "../types.d.ts" */
import { formatNumber, t, tn } from "../i18n.js";
import { avatar } from "../render/avatar.js";
import { el, one, part } from "../render/dom.js";
import { othersIn, roomMark, roomName } from "../render/room.js";

const FACES = 3;

/** `<chat-head>`: name and topic of the room on screen, and the way to its details. */
export class Head {
  #app;
  #root;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#root = root;
    part(root, "details").addEventListener("click", () => app.toggleDetails());
    part(root, "people").addEventListener("click", () => app.toggleDetails("people"));
    part(root, "back").addEventListener("click", (event) => {
      event.preventDefault();
      app.showList();
    });
    app.on("details", () => part(root, "details").setAttribute("aria-expanded", String(app.details !== null)));
    app.client.on("presence", ({ room }) => room === app.room && this.#draw());
    app.on("room", () => this.#draw());
    app.on("loaded", () => this.#draw());
    app.client.on("room", ({ room }) => room === app.room && this.#draw());
    app.client.on("rooms", () => this.#draw());
    app.client.on("members", ({ room }) => room === app.room && this.#draw());
    this.#draw();
  }

  #draw() {
    const { state, lost, me } = this.#app;
    part(this.#root, "details").hidden = !state || lost !== null;
    part(this.#root, "people").hidden = !state || lost !== null;
    if (lost !== null) return part(this.#root, "title").replaceChildren(el("h1", {}, lost));
    if (!state) return;
    const { info } = state;
    const topic = info.archived ? t("Archived") : info.topic;
    part(this.#root, "title").replaceChildren(
      roomMark(state, me, 24),
      el("h1", { dir: "auto" }, roomName(info, me)),
      ...(topic ? [el("p", { class: "room-topic", dir: "auto", title: topic }, topic)] : []),
    );
    this.#drawPeople();
  }

  #drawPeople() {
    const { state, me } = this.#app;
    if (!state) return;
    const count = state.info.people?.length ?? state.info.members;
    const button = part(this.#root, "people");
    part(this.#root, "count").textContent = formatNumber(count);
    part(this.#root, "count-words").textContent = tn("{n} person. Show people", "{n} people. Show people", count);
    const faces = state.info.people ? othersIn(state.info, me) : recentAuthors(state.messages, me);
    one(button, ".stack").replaceChildren(...faces.slice(0, FACES).map((user) => avatar(user, { size: 24 })));
  }
}

/** The faces beside the count: who spoke last, for they are known without asking. @param {Message[]} messages @param {User} me */
function recentAuthors(messages, me) {
  const recent = new Map(
    messages
      .slice(-100)
      .reverse()
      .map(({ author }) => [author.id, author]),
  );
  recent.delete(me.id);
  return [...recent.values()];
}

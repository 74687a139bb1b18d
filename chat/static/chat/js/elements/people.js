/** @import { App } from "../app.js" */
/** @import { Id, Member, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { avatar, presenceWord } from "../render/avatar.js";
import { el, hiddenText, hit, one, part } from "../render/dom.js";
import { attempt } from "../render/refusal.js";

const PAUSE = 200;

/** `<chat-people>`: who is in the room on screen. */
export class People {
  #app;
  #root;
  /** In the order the server gave them. @type {Map<Id, Member>} */
  #found = new Map();
  #timer = 0;
  /** Counts the questions, so that a late answer to an older one is dropped. */
  #asked = 0;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#root = root;
    const field = one(root, "input", HTMLInputElement);
    field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#load(), PAUSE);
    });
    part(root, "add").addEventListener("click", () => app.open("add-people"));
    part(root, "more").addEventListener("click", () => this.#load([...this.#found.keys()].at(-1)));
    root.addEventListener("click", (event) => {
      const person = hit(event, "[data-user]");
      if (person) app.openCard(Number(person.dataset.user), person);
    });
    for (const name of ["details", "room", "loaded"]) app.on(name, () => this.#enter());
    app.client.on("members", ({ room }) => this.#changed(room));
    app.client.on("presence", ({ room }) => room === app.room && this.#draw());
  }

  #enter() {
    const info = this.#app.state?.info;
    if (this.#app.details !== "people" || !info) return;
    part(this.#root, "add").hidden = !this.#app.joined || info.kind === "direct" || info.archived;
    part(this.#root, "find").hidden = info.members < 12;
    this.#load();
  }

  /** @param {Id} [after] the last one shown; without: from the beginning */
  async #load(after) {
    const { room, client, api } = this.#app;
    if (room === null) return;
    const asked = ++this.#asked;
    const query = {
      q: one(this.#root, "input", HTMLInputElement).value.trim(),
      ...(after === undefined ? {} : { after }),
    };
    await attempt(
      (async () => {
        const page = await (this.#app.joined ? client.loadMembers(room, query) : api.members(room, query));
        if (asked !== this.#asked) return;
        if (after === undefined) this.#found.clear();
        for (const member of page.members) this.#found.set(member.user.id, member);
        part(this.#root, "more").hidden = !page.more;
        this.#draw();
      })(),
    );
  }

  /** Somebody came, left or has another role. @param {Id} room */
  #changed(room) {
    if (room !== this.#app.room || this.#app.details !== "people") return;
    for (const [id, member] of this.#app.state?.members ?? []) {
      if (member.left) this.#found.delete(id);
      else if (this.#found.has(id) || part(this.#root, "more").hidden) this.#found.set(id, member);
    }
    this.#draw();
  }

  #draw() {
    const { state } = this.#app;
    if (!state || this.#app.details !== "people") return;
    const members = [...this.#found.values()];
    const leading = members.filter((member) => member.role !== "member");
    const others = members.filter((member) => member.role === "member");
    part(this.#root, "people").replaceChildren(
      ...this.#section(t("Moderators"), leading),
      ...this.#section(t("Members"), others),
    );
  }

  /** @param {string} title @param {Member[]} members @returns {Node[]} */
  #section(title, members) {
    if (members.length === 0) return [];
    return [
      el("h3", { class: "panel-label" }, title),
      el("ul", {}, ...members.map((member) => el("li", {}, this.#person(member)))),
    ];
  }

  /** @param {Member} member */
  #person({ user, role }) {
    const presence = this.#app.joined ? (this.#app.state?.presence.get(user.id) ?? "offline") : undefined;
    return el(
      "button",
      { class: "person", type: "button", "aria-haspopup": "dialog", "data-user": user.id },
      avatar(user, { size: 32, ...(presence ? { presence } : {}) }),
      el(
        "span",
        { class: "grow" },
        el("span", { class: "person-name" }, user.name || user.username, ...this.#marks(user, role)),
        el(
          "span",
          { class: "row-note" },
          presence && hiddenText(`${presenceWord(presence)}. `),
          `@${user.username}`,
        ),
      ),
    );
  }

  /** @param {User} user @param {Member["role"]} role @returns {Node[]} */
  #marks(user, role) {
    const marks = [];
    if (user.id === this.#app.me.id) marks.push(el("span", { class: "row-note" }, t("you")));
    if (role === "owner") marks.push(el("span", { class: "tag tag-accent" }, t("Owner")));
    if (role === "moderator") marks.push(el("span", { class: "tag" }, t("Moderator")));
    return marks;
  }
}

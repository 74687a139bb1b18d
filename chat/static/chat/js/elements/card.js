/** @import { App } from "../app.js" */
/** @import { Id, Member, Role, User } from "../types.d.ts" */
import { t } from "../i18n.js";
import { avatar, presenceWord } from "../render/avatar.js";
import { confirm } from "../render/confirm.js";
import { el, icon, one } from "../render/dom.js";
import { isFormer } from "../render/people.js";
import { placeBeside } from "../render/place.js";
import { attempt } from "../render/refusal.js";

/** @type {Record<Role, number>} */
const RANK = { member: 0, moderator: 1, owner: 2 };

/** `<chat-card>`: a person, and what the reader may do with or to them. */
export class Card {
  #app;
  #card;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#card = one(root, ".card-pop");
    app.addEventListener("card", (event) => {
      if (event instanceof CustomEvent) this.#open(event.detail.user, event.detail.anchor);
    });
  }

  /** @param {Id} id @param {HTMLElement} anchor */
  async #open(id, anchor) {
    const user = this.#app.person(id);
    if (!user) return;
    this.#draw(user);
    this.#card.showPopover();
    placeBeside(this.#card, anchor, "below");
    one(this.#card, "button, .person").focus();
  }

  /** @param {User} user */
  #draw(user) {
    const { state, me } = this.#app;
    const member = state?.members.get(user.id);
    const presence = state?.presence.get(user.id) ?? "offline";
    const name = user.name || user.username;
    const former = isFormer(user);
    this.#card.setAttribute("aria-label", name);
    this.#card.replaceChildren(
      el(
        "div",
        { class: "person", tabindex: -1 },
        avatar(user, { size: 48, presence }),
        el(
          "span",
          { class: "grow" },
          el("span", { class: "person-name" }, name),
          !former && el("span", { class: "row-note" }, `@${user.username} · ${presenceWord(presence)}`),
        ),
      ),
    );
    if (user.id === me.id || former) return;
    const blocked = this.#app.client.blocks.has(user.id);
    if (!blocked) this.#card.append(this.#item("compose", t("Send a message"), () => this.#write(user)));
    const roles = member && !member.left ? this.#roleItems(member) : [];
    this.#card.append(...roles, el("hr", { class: "menu-sep" }), this.#blockItem(user, blocked));
  }

  /** What the reader's role allows: nobody acts on a person of an equal or higher one. @param {Member} member @returns {Node[]} */
  #roleItems({ user, role }) {
    const info = this.#app.state?.info;
    const mine = info?.role;
    if (!info || !mine || info.kind === "direct" || RANK[mine] <= RANK[role]) return [];
    const items = [];
    if (role !== "moderator")
      items.push(this.#item("shield", t("Make moderator"), () => this.#setRole(user, "moderator")));
    if (mine === "owner") items.push(this.#item("shield", t("Make owner"), () => this.#setRole(user, "owner")));
    if (role !== "member") items.push(this.#item("shield", t("Make member"), () => this.#setRole(user, "member")));
    const removal = this.#item("leave", t("Remove from room…"), () => this.#remove(user));
    removal.classList.add("is-danger");
    return [el("hr", { class: "menu-sep" }), ...items, el("hr", { class: "menu-sep" }), removal];
  }

  /** @param {User} user @param {boolean} blocked */
  #blockItem(user, blocked) {
    if (blocked) return this.#item("block", t("Unblock"), () => attempt(this.#app.api.unblock(user.id)));
    const item = this.#item("block", t("Block…"), () => this.#block(user));
    item.classList.add("is-danger");
    return item;
  }

  /** @param {string} symbol @param {string} label @param {() => void} run */
  #item(symbol, label, run) {
    const button = el("button", { class: "menu-item", type: "button" }, icon(symbol, "icon-s"), label);
    button.addEventListener("click", () => {
      this.#card.hidePopover();
      run();
    });
    return button;
  }

  /** @param {User} user */
  async #write(user) {
    await attempt(this.#app.converse(user.id));
  }

  /** @param {User} user */
  async #block(user) {
    const sure = await confirm({
      title: t("Block {name}?", { name: user.name || user.username }),
      text: t(
        "You two can’t write each other any more, and their messages in rooms are folded. They are not told.",
      ),
      action: t("Block"),
    });
    if (sure) await attempt(this.#app.api.block(user.id));
  }

  /** @param {User} user @param {Role} role */
  async #setRole(user, role) {
    const { room, api } = this.#app;
    if (room !== null) await attempt(api.setMember(room, user.id, role));
  }

  /** @param {User} user */
  async #remove(user) {
    const { room, api } = this.#app;
    const sure = await confirm({
      title: t("Remove {name} from this room?", { name: user.name || user.username }),
      text: t("What they wrote stays. They can’t read on from now."),
      action: t("Remove"),
    });
    if (sure && room !== null) await attempt(api.removeMember(room, user.id));
  }
}

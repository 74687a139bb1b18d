/** @import { App } from "../app.js" */
/** @import { Id, User } from "../types.d.ts" */
/** @import { Item } from "./card-acts.js" */
import { t } from "../i18n.js";
import { avatar, presenceWord } from "../render/avatar.js";
import { confirm } from "../render/confirm.js";
import { el, icon, one } from "../render/dom.js";
import { isFormer } from "../render/people.js";
import { placeBeside } from "../render/place.js";
import { attempt } from "../render/refusal.js";
import { roomActs, siteActs } from "./card-acts.js";
import { openReport } from "./report.js";

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
    /** @type {Item} */
    const item = (symbol, label, run, danger) => this.#item(symbol, label, run, danger);
    this.#card.append(
      ...roomActs(this.#app, user, member, item),
      ...siteActs(this.#app, user, item),
      el("hr", { class: "menu-sep" }),
      this.#item("flag", t("Report…"), () => openReport(this.#app, { person: user })),
      this.#blockItem(user, blocked),
    );
  }

  /** @param {User} user @param {boolean} blocked */
  #blockItem(user, blocked) {
    if (blocked) return this.#item("block", t("Unblock"), () => attempt(this.#app.api.unblock(user.id)));
    return this.#item("block", t("Block…"), () => this.#block(user), true);
  }

  /** @param {string} symbol @param {string} label @param {() => void} run @param {boolean} [danger] */
  #item(symbol, label, run, danger = false) {
    const classes = `menu-item${danger ? " is-danger" : ""}`;
    const button = el("button", { class: classes, type: "button" }, icon(symbol, "icon-s"), label);
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
}

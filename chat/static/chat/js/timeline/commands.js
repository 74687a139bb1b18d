/** @import { App } from "../app.js" */
/** @import { Message } from "../types.d.ts" */

import { openReport } from "../elements/report.js";
import { formatList, t, tn } from "../i18n.js";
import { copy } from "../render/clipboard.js";
import { hit, one } from "../render/dom.js";
import { copyLink, copyText, markUnread, may, mayAnything, remove, togglePin, toggleReaction } from "./actions.js";
import { editInPlace } from "./editor.js";
import { MessageKeys } from "./keys.js";
import { muteAuthor, restore, takeAway } from "./moderating.js";
import { onLongPress, Sheet } from "./sheet.js";
import { Toolbar } from "./toolbar.js";

/** Turns clicks, keys and touches on messages into what they ask for. */
export class Commands {
  #app;
  #view;
  #redraw;
  #toolbar;
  #sheet = new Sheet();
  /** The message that the open menu or sheet speaks of. @type {Message | null} */
  #subject = null;

  /** @param {App} app @param {HTMLElement} view @param {() => void} redraw after editing in place */
  constructor(app, view, redraw) {
    this.#app = app;
    this.#view = view;
    this.#redraw = redraw;
    this.#toolbar = new Toolbar(app);
    view.addEventListener("click", (event) => this.#clicked(event, this.#messageAt(event.target)));
    for (const root of [this.#toolbar.menu, this.#sheet.dialog]) {
      root.addEventListener("click", (event) => this.#chosen(event));
    }
    view.addEventListener("pointerover", (event) => event.pointerType === "mouse" && this.#attend(event.target));
    view.addEventListener("focusin", (event) => this.#attend(event.target));
    onLongPress(view, (target) => this.#press(target));
    new MessageKeys(view, (article, act) => this.run(act, this.#messageAt(article), article));
    app.on("edit-last", () => this.#editLast());
  }

  /** @param {EventTarget | null} target */
  #attend(target) {
    const article = articleAt(target);
    const message = this.#messageAt(target);
    if (!article || !message) return;
    this.#toolbar.moveTo(article, message);
    this.#nameReactors(message, target);
  }

  /** Who reacted, asked for by resting on it: their names are not in the message. @param {Message} message @param {EventTarget | null} target */
  #nameReactors(message, target) {
    const button = target instanceof Element ? target.closest(".react[data-emoji]") : null;
    const reaction = message.reactions.find(({ emoji }) => emoji === button?.getAttribute("data-emoji"));
    if (!button || !reaction) return;
    const known = reaction.users.flatMap((id) => this.#app.person(id) ?? []);
    const others = reaction.users.length - known.length;
    const names = known.map((user) => user.name || user.username);
    if (others > 0) names.push(tn("{n} other", "{n} others", others));
    button.setAttribute("title", formatList(names));
  }

  /** @param {Element} target */
  #press(target) {
    this.#subject = this.#messageAt(target);
    if (this.#subject && mayAnything(this.#app, this.#subject)) this.#sheet.open(this.#app, this.#subject);
  }

  /** @param {Event} event */
  #chosen(event) {
    const button = hit(event, "[data-act]");
    if (!button) return;
    const subject = this.#subject && this.#byId(this.#subject.id);
    this.#toolbar.closeMenu();
    this.#sheet.close();
    this.run(button.dataset.act ?? "", subject, button);
  }

  /** @param {MouseEvent} event @param {Message | null} message */
  #clicked(event, message) {
    const quote = hit(event, ".quote-line");
    const author = hit(event, ".msg-author");
    const time = hit(event, "a.msg-time");
    const button = hit(event, "[data-act]");
    if (quote && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (this.#app.room !== null) this.#app.show(this.#app.room, { at: Number(quote.dataset.tick), push: false });
    } else if (time && message && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      history.pushState(null, "", time.getAttribute("href"));
      this.#app.show(message.room, { at: message.tick, push: false });
    } else if (author) this.#app.openCard(Number(author.dataset.user), author);
    else if (button) this.run(button.dataset.act ?? "", message, button);
  }

  /** @param {string} act @param {Message | null} message @param {HTMLElement} source where it was asked for */
  run(act, message, source) {
    const app = this.#app;
    if (act === "latest") return leave(app);
    if (act === "copy-code") return copyCode(source);
    if (act === "retry") return app.client.retry(source.dataset.ref ?? "");
    if (act === "discard") return app.client.discard(source.dataset.ref ?? "");
    if (!message) return;
    if (act === "unfold") {
      app.unfolded.add(message.id);
      return this.#redraw();
    }
    if (act === "more") {
      this.#subject = message;
      return this.#toolbar.openMenu(message, source);
    }
    if (act === "toggle" || act === "quick") {
      return may(app, message, "react") && toggleReaction(app, message, source.dataset.emoji ?? "");
    }
    if (!may(app, message, /** @type {import("./actions.js").Act} */ (act))) return;
    const article = this.#articleOf(message);
    if (act === "reply") app.replyTo(message);
    else if (act === "react") app.emoji.open(article ?? source, (emoji) => toggleReaction(app, message, emoji));
    else if (act === "edit") article && editInPlace(app, article, message, this.#redraw);
    else if (act === "copy") copyText(message);
    else if (act === "link") copyLink(message);
    else if (act === "pin") togglePin(app, message);
    else if (act === "unread") markUnread(app, message);
    else if (act === "report") openReport(app, { message });
    else if (act === "mute") muteAuthor(app, message);
    else if (act === "restore") restore(app, message);
    else if (act === "remove") message.author.id === app.me.id ? remove(app, message) : takeAway(app, message);
  }

  #editLast() {
    const mine = this.#app.state?.messages.findLast((each) => may(this.#app, each, "edit"));
    if (mine) this.run("edit", mine, this.#view);
  }

  /** @param {Message} message */
  #articleOf(message) {
    return document.getElementById(`m${message.id}`);
  }

  /** @param {EventTarget | null} target @returns {Message | null} */
  #messageAt(target) {
    const id = articleAt(target)?.dataset.id;
    return id === undefined ? null : this.#byId(Number(id));
  }

  /** @param {number} id @returns {Message | null} */
  #byId(id) {
    return this.#app.state?.messages.find((message) => message.id === id) ?? null;
  }
}

/** Back to where one writes. @param {App} app */
function leave(app) {
  app.ask("latest");
  document.getElementById("box")?.focus();
}

/** @param {EventTarget | null} target @returns {HTMLElement | null} */
function articleAt(target) {
  return target instanceof Element ? target.closest(".msg") : null;
}

/** @param {HTMLElement} button */
async function copyCode(button) {
  const figure = button.closest("figure");
  if (!figure) return;
  await copy(one(figure, "pre").textContent ?? "", t("Code copied."));
}

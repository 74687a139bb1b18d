/** @import { App } from "../app.js" */
/** @import { Id, Time } from "../types.d.ts" */
import { closedNotice } from "../composer/closed.js";
import { readDraft, saveDraft } from "../composer/drafts.js";
import { SlowMode } from "../composer/slow.js";
import { MentionSuggestions } from "../composer/suggest.js";
import { Tray } from "../composer/tray.js";
import { TypingLine } from "../composer/typing.js";
import { t } from "../i18n.js";
import { el, one, part } from "../render/dom.js";
import { phrase } from "../render/phrase.js";
import { roomName } from "../render/room.js";

/** A timer that is set for longer fires at once, in ms. */
const LONGEST = 2 ** 31 - 1000;

/** `<chat-composer>`: the box one writes in, or why one can't. */
export class Composer {
  #app;
  #root;
  #form;
  #box;
  #tray;
  #slow;
  #suggest;
  /** The room whose draft is in the box. @type {Id | null} */
  #room = null;
  #unmute = 0;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#root = root;
    this.#form = one(root, "form", HTMLFormElement);
    this.#box = one(root, "textarea", HTMLTextAreaElement);
    this.#tray = new Tray(root, app, () => this.#refreshSend());
    this.#slow = new SlowMode(app, part(root, "send"), () => this.#refreshSend());
    this.#suggest = new MentionSuggestions(root, this.#box, app);
    new TypingLine(root, app);
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#box.addEventListener("input", () => this.#typed());
    this.#box.addEventListener("keydown", (event) => this.#pressed(event));
    part(root, "unreply").addEventListener("click", () => app.replyTo(null));
    part(root, "emoji").addEventListener("click", () =>
      app.emoji.open(part(root, "emoji"), (emoji) => this.#insert(emoji)),
    );
    app.on("room", () => this.#refresh());
    app.on("loaded", () => this.#refresh());
    app.on("reply", () => this.#refreshReply());
    app.client.on("room", ({ room }) => room === app.room && this.#refresh());
    app.client.on("rooms", () => this.#refresh());
    app.client.on("blocks", () => this.#refresh());
    app.client.on("messages", ({ room }) => room === app.room && this.#slow.refresh());
    this.#refresh();
  }

  #refresh() {
    const { state } = this.#app;
    const notice = this.#app.lost === null && state ? closedNotice(this.#app, state.info) : null;
    const open = this.#app.lost === null && state !== undefined && notice === null;
    this.#showClosed(notice ?? []);
    part(this.#root, "open").hidden = !open;
    part(this.#root, "foot").hidden = !open;
    if (!state) return;
    this.#awaitVoice(state.info.muted_until);
    const label = t("Message {room}", { room: roomName(state.info, this.#app.me) });
    this.#box.placeholder = label;
    this.#box.setAttribute("aria-label", label);
    if (state.id !== this.#room) this.#changeRoom(state.id);
    this.#slow.refresh();
    this.#refreshSend();
  }

  /** What says the same as before stays, or a button in it would lose the focus. @param {(Node | string)[]} notice */
  #showClosed(notice) {
    const shown = part(this.#root, "closed");
    shown.hidden = notice.length === 0;
    const drawn = el("div", {}, ...notice);
    const kept = this.#app.room === this.#room && drawn.innerHTML === shown.innerHTML;
    if (!kept) shown.replaceChildren(...drawn.childNodes);
  }

  /** No event tells that a mute has run out. @param {Time | null} until */
  #awaitVoice(until) {
    clearTimeout(this.#unmute);
    const left = until === null ? 0 : Date.parse(until) - Date.now();
    if (left > 0 && left < LONGEST) this.#unmute = window.setTimeout(() => this.#refresh(), left + 500);
  }

  /** @param {Id} room */
  #changeRoom(room) {
    this.#room = room;
    this.#box.value = readDraft(room);
    this.#tray.clear();
    this.#grow();
    this.#refreshReply();
    if (!matchMedia("(pointer: coarse)").matches && !document.querySelector("dialog[open]"))
      this.#box.focus({ preventScroll: true });
  }

  #refreshReply() {
    const { replying } = this.#app;
    const line = part(this.#root, "reply");
    line.hidden = replying === null;
    if (!replying) return;
    const name = el("b", {}, replying.author.name || replying.author.username);
    one(line, "span").replaceChildren(
      ...phrase(t("Replying to {name}"), { name }),
      ` · ${replying.text.slice(0, 200)}`,
    );
    this.#box.focus();
  }

  #typed() {
    if (this.#room === null) return;
    saveDraft(this.#room, this.#box.value);
    if (this.#box.value.trim()) this.#app.client.typing(this.#room);
    this.#grow();
    this.#refreshSend();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    // While an input method composes, Enter chooses a character.
    if (event.isComposing || event.keyCode === 229 || this.#suggest.pressed(event)) return;
    const touch = matchMedia("(pointer: coarse)").matches;
    if (event.key === "Enter" && !event.shiftKey && !touch) {
      event.preventDefault();
      this.#send();
    } else if (event.key === "ArrowUp" && this.#box.value === "") {
      event.preventDefault();
      this.#app.ask("edit-last");
    } else if (event.key === "Escape") {
      if (this.#app.replying) this.#app.replyTo(null);
      else this.#app.ask("latest");
    }
  }

  /** @returns {boolean} */
  get #ready() {
    return (
      (this.#box.value.trim() !== "" || this.#tray.attachments.length > 0) &&
      !this.#tray.busy &&
      !this.#slow.waiting
    );
  }

  #refreshSend() {
    part(this.#root, "send").setAttribute("aria-disabled", String(!this.#ready));
  }

  #send() {
    if (!this.#ready || this.#room === null) return;
    this.#app.client.post(this.#room, {
      text: this.#box.value.trim(),
      replyTo: this.#app.replying,
      attachments: this.#tray.attachments,
    });
    this.#box.value = "";
    saveDraft(this.#room, "");
    this.#tray.clear();
    this.#suggest.close();
    if (this.#app.replying) this.#app.replyTo(null);
    this.#grow();
    this.#refreshSend();
    this.#app.ask("posted");
    this.#box.focus();
  }

  /** @param {string} text at the caret */
  #insert(text) {
    this.#box.setRangeText(text, this.#box.selectionStart, this.#box.selectionEnd, "end");
    this.#box.focus();
    this.#typed();
  }

  /** Browsers without `field-sizing` need the height told. */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#box.style.height = "auto";
    this.#box.style.height = `${this.#box.scrollHeight}px`;
  }
}

/** @import { App } from "../app.js" */
/** @import { ClientEvents, RoomState, Tick } from "../types.d.ts" */

import { t } from "../i18n.js";
import { CommandError } from "../protocol.js";
import { Removals } from "../removals.js";
import { one } from "../render/dom.js";
import { attempt } from "../render/refusal.js";
import { roomName } from "../render/room.js";
import { lostRoom, roomStart, welcome } from "../render/start.js";
import { Announcer } from "../timeline/announcer.js";
import { Commands } from "../timeline/commands.js";
import { JumpPill } from "../timeline/jump.js";
import { Painter } from "../timeline/painter.js";
import { LATE, rowsOf } from "../timeline/rows.js";
import { Scroll } from "../timeline/scroll.js";
import { indexOf, Slice } from "../timeline/slice.js";

/** `<chat-timeline>`: the messages of the room on screen. */
export class Timeline {
  #app;
  #view;
  #column;
  #painter;
  #scroll;
  #announcer;
  #pill;
  #removals;
  #slice = new Slice();
  /** A frame has been asked for. */
  #framed = false;
  /** The view still has to be brought to the target, the divider or the end. */
  #arriving = true;
  #fetching = false;
  /** The latest message known on this screen. @type {Tick} */
  #newest = 0;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#view = one(root, ".timeline");
    this.#column = one(root, ".timeline-col");
    this.#removals = new Removals(app, () => this.#invalidate());
    this.#painter = new Painter(this.#column);
    this.#scroll = new Scroll(this.#view, this.#column, () => this.#moved());
    this.#announcer = new Announcer(one(root, "[aria-live]"));
    this.#pill = new JumpPill(one(root, ".jump"), () => this.#jumpToLatest());
    new Commands(app, this.#view, () => this.#invalidate());
    app.on("room", () => this.#enter());
    app.on("loaded", () => this.#loaded());
    app.on("posted", () => this.#jumpToLatest());
    app.on("latest", () => this.#jumpToLatest());
    app.client.on("messages", (detail) => this.#changed(detail));
    app.client.on("pending", () => this.#invalidate());
    app.client.on("room", () => this.#invalidate());
    app.client.on("user", () => this.#invalidate());
    app.client.on("blocks", () => this.#invalidate());
    app.client.on("state", () => this.#invalidate());
    document.addEventListener("visibilitychange", () => this.#settle());
    this.#enter();
  }

  /** Another room, or another place in it. */
  #enter() {
    this.#slice.reset();
    this.#arriving = true;
    this.#scroll.enter();
    this.#invalidate();
  }

  #loaded() {
    if (this.#app.target !== null) this.#enter();
    else this.#invalidate();
  }

  /** @param {ClientEvents["messages"]} detail */
  #changed({ room, replaced, messages }) {
    if (room !== this.#app.room) return;
    if (replaced) this.#slice.reset();
    for (const message of messages) {
      if (replaced || message.tick <= this.#newest || message.author.id === this.#app.me.id) continue;
      if (this.#app.folds(message)) continue;
      this.#announcer.say(message);
    }
    this.#invalidate();
  }

  /** Whatever happens within a frame is drawn once. */
  #invalidate() {
    if (this.#framed) return;
    this.#framed = true;
    requestAnimationFrame(() => {
      this.#framed = false;
      this.#draw();
    });
  }

  #draw() {
    const app = this.#app;
    const state = app.state;
    if (app.lost !== null) return this.#column.replaceChildren(lostRoom(app.lost));
    this.#view.setAttribute("aria-busy", String(!state?.loaded || this.#fetching));
    if (!state?.loaded) return this.#painter.paint([], []);
    // Here, because the name comes after the room has been entered, and changes.
    this.#view.setAttribute("aria-label", t("Messages in {room}", { room: roomName(state.info, app.me) }));
    if (this.#arriving && app.target !== null) this.#slice.around(state, app.target);
    else if (!this.#scroll.stuck) this.#slice.hold(state);
    this.#scroll.atEnd = this.#slice.atEnd(state);
    const messages = this.#slice.of(state);
    const rows = rowsOf({
      messages,
      pending: this.#pendingIn(state),
      divider: state.divider,
      complete: this.#slice.atStart(state),
      me: app.me,
      blocks: app.client.blocks,
      folds: (message) => app.folds(message),
      removalOf: (message) => this.#removals.of(message),
      online: app.online,
      now: Date.now(),
    });
    const above = this.#slice.atStart(state) ? [this.#startOf(state)] : [];
    this.#scroll.keep(() => this.#painter.paint(rows, above));
    this.#newest = Math.max(state.messages.at(-1)?.tick ?? 0, this.#arriving ? 0 : this.#newest);
    if (this.#arriving) this.#arrive(state);
    this.#settle();
  }

  /** @param {RoomState} state */
  #startOf({ info, messages }) {
    const { me, site } = this.#app;
    const alone = messages.length === 0 && info.kind === "public" && info.members === 1 && info.role === "owner";
    return alone ? welcome(info, me, site) : roomStart(info, me);
  }

  /** @param {RoomState} state */
  #pendingIn(state) {
    if (!this.#app.joined || !this.#slice.atEnd(state)) return [];
    const pending = this.#app.client.pending(state.id);
    for (const { queuedAt, state: stage } of pending) {
      const wait = queuedAt + LATE - Date.now();
      if (wait > 0 && stage !== "failed") setTimeout(() => this.#invalidate(), wait + 10);
    }
    return pending;
  }

  /** Bring the target, the divider or the end in sight, once, when there is something to see. @param {RoomState} state */
  #arrive(state) {
    this.#arriving = false;
    this.#pill.enter(state);
    const target = this.#app.target;
    this.#app.target = null;
    const message = target === null ? undefined : state.messages[indexOf(state.messages, target)];
    const node = message && document.getElementById(`m${message.id}`);
    if (node) return this.#point(node);
    this.#scroll.toEnd();
    const line = this.#column.querySelector(".new");
    if (line && line.getBoundingClientRect().top < this.#view.getBoundingClientRect().top)
      this.#scroll.to(line, "start");
  }

  /** @param {HTMLElement} node */
  #point(node) {
    this.#scroll.to(node, "center");
    node.classList.add("is-target");
    node.addEventListener("animationend", () => node.classList.remove("is-target"), { once: true });
    node.focus({ preventScroll: true });
  }

  #moved() {
    this.#settle();
  }

  /** What follows from where the reader is: the pill, the read marker, more history. */
  #settle() {
    const state = this.#app.state;
    if (!state?.loaded || this.#framed) return;
    const atEnd = this.#slice.atEnd(state) && this.#scroll.stuck;
    this.#pill.show(state, this.#app.me, { atEnd, away: this.#scroll.away || !this.#slice.atEnd(state) });
    if (atEnd && this.#app.joined && document.visibilityState === "visible") this.#app.client.markRead(state.id);
    this.#reach(state);
  }

  /** Draw, and fetch, what will soon be scrolled to. @param {RoomState} state */
  #reach(state) {
    if (this.#fetching) return;
    if (this.#scroll.nearTop && !this.#slice.atStart(state)) {
      if (this.#slice.up(state)) this.#invalidate();
      else this.#fetch(() => this.#app.loadOlder());
    } else if (this.#scroll.nearEnd && !this.#slice.atEnd(state)) {
      if (this.#slice.down(state)) this.#invalidate();
      else this.#fetch(() => this.#app.loadNewer());
    }
  }

  /** @param {() => Promise<void>} load */
  async #fetch(load) {
    this.#fetching = true;
    this.#view.setAttribute("aria-busy", "true");
    try {
      await load();
    } catch (reason) {
      // The next scroll asks again.
      if (!(reason instanceof CommandError)) throw reason;
      return;
    } finally {
      this.#fetching = false;
    }
    this.#invalidate();
  }

  async #jumpToLatest() {
    const state = this.#app.state;
    if (!state) return;
    // Loading the page again shall not lead back to the message that it was opened at.
    if (location.search) history.replaceState(null, "", location.pathname);
    if (state.hasAfter) await attempt(this.#app.jumpToLatest());
    if (this.#app.state?.id !== state.id) return; // another room came on screen meanwhile
    this.#slice.reset();
    this.#scroll.jumpToEnd();
    this.#invalidate();
  }
}

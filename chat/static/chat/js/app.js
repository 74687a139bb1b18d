/** @import { Reported } from "./notice-types.d.ts" */
/** @import { Id, Message, Room, RoomState, Tick, User } from "./types.d.ts" */
/** @import { Client } from "./client.js" */
/** @import { EmojiPopover } from "./timeline/emoji.js" */
import { t } from "./i18n.js";
import { Moderation } from "./moderation.js";
import { Preview } from "./preview.js";
import { CommandError } from "./protocol.js";
import { mayModerate } from "./render/room.js";

/** How long the event of a new room may take, in ms; then it is read from outside. */
const PATIENCE = 4000;

/** What could not be loaded is asked for again after this, in ms. */
const AGAIN = 4000;

/**
 * What the elements of the page share: the client, and which room is on screen.
 *
 * Events: `room` another room, or place in it, comes on screen; `loaded` its history is there; `reply` the
 * reader answers `replying`; `details` its panel opens or closes; `edit-last`, `posted`, `latest` ask the timeline; `open`,
 * `card`, `report` and `reports` carry a detail.
 */
export class App extends EventTarget {
  /** @type {Id | null} the room on screen */
  room = null;
  /** @type {Tick | null} the message to be shown, for the timeline to take */
  target = null;
  /** @type {Preview | null} a public room that is read without being in it */
  preview = null;
  /** The room on screen is not, or no longer, open to the reader: its name, or empty. @type {string | null} */
  lost = null;
  /** @type {Message | null} */
  replying = null;
  online = false;
  /** Messages of blocked people that the reader wants to see all the same. @type {Set<Id>} */
  unfolded = new Set();
  /** The open tab of the details panel. @type {"people" | "pins" | "about" | "moderation" | null} null: closed */
  details = null;

  /**
   * @param {{client: Client, me: User, site: string, maxUpload: number, moderator: boolean, emoji: EmojiPopover}} parts
   *   maxUpload: bytes; moderator: of the whole site
   */
  constructor({ client, me, site, maxUpload, moderator, emoji }) {
    super();
    this.client = client;
    this.api = client.api;
    this.moderation = new Moderation(client.api);
    this.me = me;
    this.site = site;
    this.maxUpload = maxUpload;
    this.moderator = moderator;
    this.emoji = emoji;
    client.on("state", ({ phase }) => {
      this.online = phase === "online";
    });
  }

  /** @returns {RoomState | undefined} the room on screen, joined or not */
  get state() {
    if (this.room === null) return undefined;
    return this.client.room(this.room) ?? (this.preview?.state.id === this.room ? this.preview.state : undefined);
  }

  /** @param {Message} message @returns {boolean} it is drawn as one line without its words, for it is by somebody blocked */
  folds(message) {
    const unwanted = this.client.blocks.has(message.author.id) && message.kind === "text";
    return unwanted && !message.deleted && !this.unfolded.has(message.id);
  }

  /** @returns {boolean} */
  get joined() {
    return this.room !== null && this.client.room(this.room) !== undefined;
  }

  /** @returns {boolean} the reader moderates the room on screen, by their role in it or on the site */
  get moderates() {
    const room = this.state?.info;
    if (!room || room.kind === "direct") return false;
    return mayModerate(room) || (this.moderator && (this.joined || room.kind === "public"));
  }

  /** @param {Id} id @returns {User | undefined} somebody who is, or was, in the room on screen, or was seen elsewhere */
  person(id) {
    const { state } = this;
    return (
      this.client.person(id) ??
      state?.members.get(id)?.user ??
      state?.messages.findLast((message) => message.author.id === id)?.author
    );
  }

  /**
   * Bring a room on screen.
   *
   * @param {Id} room
   * @param {{at?: Tick | null, push?: boolean}} [options] at: show this message; push: false leaves the address alone
   */
  async show(room, { at = null, push = true } = {}) {
    if (push) history.pushState(null, "", `/rooms/${room}/`);
    if (room !== this.room) this.replying = null;
    // On a phone the panel hides the room.
    if (matchMedia("(max-width: 45rem)").matches) this.#closeDetails();
    this.room = room;
    this.target = at;
    this.lost = null;
    delete document.body.dataset.view;
    this.#emit("room");
    await this.load();
  }

  /** Fetch what the room on screen needs. */
  async load() {
    const { room } = this;
    if (room === null) return;
    const at = this.target === null ? {} : { at: this.target };
    try {
      if (this.client.room(room)) await this.client.openRoom(room, at);
      else this.preview = await Preview.open(this.api, room, at);
    } catch (reason) {
      if (!(reason instanceof CommandError)) throw reason;
      if (reason.code === "not_found" && this.room === room) this.lose("");
      else setTimeout(() => this.room === room && !this.state?.loaded && this.load(), AGAIN);
    }
    if (this.room === room) this.#emit("loaded");
  }

  /** The room on screen, read so far from outside or lost, is the reader's now. */
  async enterJoined() {
    this.preview = null;
    this.lost = null;
    this.#emit("room");
    await this.load();
  }

  /** Show a room that was made or joined a moment ago, as soon as its event is here. @param {Id} room */
  async showWhenThere(room) {
    if (!this.client.room(room)) {
      await new Promise((resolve) => {
        const stop = this.client.on("rooms", () => this.client.room(room) && resolve(stop()));
        setTimeout(() => resolve(stop()), PATIENCE);
      });
    }
    await this.show(room);
  }

  /** The conversation with these people, made if there is none. @param {Id[]} people @returns {Promise<Room>} rejects with a CommandError */
  async conversationWith(people) {
    if (people.length === 0) throw new CommandError("invalid", t("Choose at least one person."));
    return await this.api.createRoom({ kind: "direct", members: people });
  }

  /** Open the conversation with somebody. @param {Id} user @returns {Promise<void>} rejects with a CommandError */
  async converse(user) {
    const room = await this.conversationWith([user]);
    await this.showWhenThere(room.id);
  }

  /** @param {string} name of the room on screen, which the reader is no longer in */
  lose(name) {
    this.lost = name;
    this.#emit("room");
  }

  /** @param {Message | null} message null: no longer a reply */
  replyTo(message) {
    this.replying = message;
    this.#emit("reply");
  }

  /** @param {"people" | "pins" | "about" | "moderation"} [tab] without: as last opened */
  toggleDetails(tab) {
    const next = tab ?? "people";
    this.details = this.details === null || (tab && this.details !== tab) ? next : null;
    this.#emit("details");
  }

  #closeDetails() {
    this.details = null;
    this.#emit("details");
  }

  /** On a phone, list and room are two views. */
  showList() {
    history.pushState(null, "", "/?view=list");
    document.body.dataset.view = "list";
  }

  /** Ask another element for something. @param {"edit-last" | "posted" | "latest" | "why-muted"} what */
  ask(what) {
    this.#emit(what);
  }

  /** @param {string} dialog its id */
  open(dialog) {
    this.dispatchEvent(new CustomEvent("open", { detail: dialog }));
  }

  /** Show the moderators what was reported. @param {Id | null} room null: wherever they may decide */
  openReports(room) {
    this.dispatchEvent(new CustomEvent("reports", { detail: room }));
  }

  /** @param {Id} user @param {HTMLElement} anchor */
  openCard(user, anchor) {
    this.dispatchEvent(new CustomEvent("card", { detail: { user, anchor } }));
  }

  /** @param {Reported} subject */
  report(subject) {
    this.dispatchEvent(new CustomEvent("report", { detail: subject }));
  }

  async loadOlder() {
    if (this.room === null) return;
    await (this.joined ? this.client.loadOlder(this.room) : this.preview?.loadOlder());
  }

  async loadNewer() {
    if (this.room === null) return;
    await (this.joined ? this.client.loadNewer(this.room) : this.preview?.loadNewer());
  }

  async jumpToLatest() {
    if (this.room === null) return;
    await (this.joined ? this.client.jumpToLatest(this.room) : this.preview?.jumpToLatest());
  }

  /** @param {string} name @param {() => void} listener */
  on(name, listener) {
    this.addEventListener(name, listener);
  }

  /** @param {string} name */
  #emit(name) {
    this.dispatchEvent(new Event(name));
  }
}

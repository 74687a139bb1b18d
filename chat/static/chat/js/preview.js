/** @import { Id, Page, Room, RoomState, Tick } from "./types.d.ts" */
/** @import { Api } from "./api.js" */
import { CommandError } from "./protocol.js";
import { createRoom } from "./room-state.js";

/** A public room read by somebody who is not in it: pages over HTTP, no events. */
export class Preview {
  #api;

  /** @param {Api} api @param {Room} info @param {Page} page */
  constructor(api, info, page) {
    this.#api = api;
    /** @type {RoomState} */
    this.state = {
      ...createRoom(info),
      cursor: page.clock,
      loaded: true,
      messages: page.messages,
      hasBefore: page.more_before,
      hasAfter: page.more_after,
    };
  }

  /**
   * @param {Api} api @param {Id} room @param {{at?: Tick}} options
   * @returns {Promise<Preview>} rejects with `not_found` for what is no public room
   */
  static async open(api, room, { at }) {
    const [rooms, page] = await Promise.all([
      api.publicRooms(),
      api.history(room, at === undefined ? {} : { around: at }),
    ]);
    const info = rooms.find((each) => each.id === room);
    if (!info) throw new CommandError("not_found", "");
    return new Preview(api, info, page);
  }

  async loadOlder() {
    const { state } = this;
    if (!state.hasBefore || !state.messages[0]) return;
    const page = await this.#api.history(state.id, { before: state.messages[0].tick });
    state.messages = [...page.messages, ...state.messages];
    state.hasBefore = page.more_before;
  }

  async loadNewer() {
    const { state } = this;
    const last = state.messages.at(-1);
    if (!state.hasAfter || !last) return;
    const page = await this.#api.history(state.id, { after: last.tick });
    state.messages = [...state.messages, ...page.messages];
    state.hasAfter = page.more_after;
  }

  async jumpToLatest() {
    const page = await this.#api.history(this.state.id);
    Object.assign(this.state, {
      messages: page.messages,
      hasBefore: page.more_before,
      hasAfter: page.more_after,
      generation: this.state.generation + 1,
    });
  }
}

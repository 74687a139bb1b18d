/** @import { App } from "../app.js" */
/** @import { RoomState } from "../types.d.ts" */
import { t } from "../i18n.js";
import { avatar, presenceWord } from "../render/avatar.js";
import { el, hiddenText, hit, icon, part } from "../render/dom.js";
import { badge, presenceIn, roomMark, roomName } from "../render/room.js";
import { SidebarMenus } from "./menus.js";

/** `<chat-rooms>`: my rooms and conversations, and what is unread in them. */
export class Sidebar {
  #app;
  #rooms;
  #direct;
  #framed = false;

  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    this.#app = app;
    this.#rooms = part(root, "rooms");
    this.#direct = part(root, "direct");
    new SidebarMenus(root);
    this.#drawMe(part(root, "me"));
    if (navigator.platform.startsWith("Mac")) part(root, "switch-key").textContent = "⌘K";
    root.addEventListener("click", (event) => this.#clicked(event));
    for (const name of /** @type {const} */ (["rooms", "presence", "user", "state"])) {
      app.client.on(name, () => this.#invalidate());
    }
    app.on("room", () => this.#invalidate());
    this.#invalidate();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const row = hit(event, "a.row");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#app.show(Number(row.dataset.room));
  }

  #invalidate() {
    if (this.#framed) return;
    this.#framed = true;
    requestAnimationFrame(() => {
      this.#framed = false;
      this.#draw();
    });
  }

  #draw() {
    const { rooms, direct } = listed(this.#app);
    keepingFocus(this.#rooms, () => this.#rooms.replaceChildren(...rooms.map((state) => this.#row(state))));
    keepingFocus(this.#direct, () => this.#direct.replaceChildren(...direct.map((state) => this.#row(state))));
  }

  /** @param {RoomState} state */
  #row(state) {
    const { me, room } = this.#app;
    const { info } = state;
    const muted = info.notify === "none";
    const unread = !muted && info.unread > 0;
    const presence = presenceIn(state, me);
    const row = el(
      "a",
      {
        class: `row${unread ? " is-unread" : ""}${muted ? " is-muted" : ""}`,
        href: `/rooms/${state.id}/`,
        "data-room": state.id,
        "aria-current": state.id === room ? "page" : null,
      },
      roomMark(state, me, 20),
      el("span", { class: "row-name", dir: "auto" }, roomName(info, me)),
      presence && hiddenText(presenceWord(presence)),
    );
    if (muted) row.append(icon("bell-off", "icon-s"), hiddenText(t("muted")));
    else row.append(...badge(info));
    return el("li", {}, row);
  }

  /** @param {HTMLElement} button */
  #drawMe(button) {
    const { me } = this.#app;
    button.append(
      avatar(me, { size: 32, presence: "online" }),
      hiddenText(t("Your menu")),
      el("span", { class: "me-text" }, el("b", {}, me.name || me.username), el("span", {}, `@${me.username}`)),
    );
  }
}

/**
 * By name: a list that is sorted by what is unread moves under the pointer that reads it.
 *
 * @param {App} app
 */
export function listed(app) {
  const byName = new Intl.Collator(document.documentElement.lang).compare;
  const shown = app.client.rooms().filter((state) => !state.info.archived || state.id === app.room);
  const rooms = shown.filter((state) => state.info.kind !== "direct");
  const direct = shown.filter((state) => state.info.kind === "direct");
  rooms.sort((a, b) => byName(a.info.name, b.info.name));
  direct.sort((a, b) => byName(roomName(a.info, app.me), roomName(b.info, app.me)));
  return { rooms, direct };
}

/** Redrawing must not throw a keyboard user out of the list. @param {HTMLElement} list @param {() => void} redraw */
function keepingFocus(list, redraw) {
  const { activeElement } = document;
  const room =
    activeElement instanceof HTMLElement && list.contains(activeElement) ? activeElement.dataset.room : undefined;
  redraw();
  const row = room === undefined ? null : list.querySelector(`[data-room="${room}"]`);
  if (row instanceof HTMLElement) row.focus({ preventScroll: true });
}

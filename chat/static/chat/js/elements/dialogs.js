/** @import { App } from "../app.js" */
import { hit, one, part } from "../render/dom.js";
import { describe } from "../render/refusal.js";
import { PeopleField } from "./people-field.js";

/** Opens what `data-open` names and closes what `data-close` is in, wherever such a button stands. @param {App} app */
export function wireDialogs(app) {
  document.addEventListener("click", (event) => {
    const opener = hit(event, "[data-open]");
    const closer = hit(event, "[data-close]");
    if (opener) app.open(opener.dataset.open ?? "");
    if (closer) closer.closest("dialog")?.close();
  });
  app.addEventListener("open", (event) => {
    if (!(event instanceof CustomEvent)) return;
    for (const other of document.querySelectorAll("dialog")) other.close();
    one(document, `#${event.detail}`, HTMLDialogElement).showModal();
  });
}

/** A dialog that asks something of the server and closes when it was done. @template T */
export class AskingDialog {
  dialog;
  form;

  /**
   * @param {HTMLElement} root @param {() => void} opened empties the fields
   * @param {() => Promise<T>} submitted rejects with a CommandError, which the dialog tells
   * @param {(answer: T) => unknown} [closed] goes on from there: before, the dialog has the keyboard, and keeps it from the room
   */
  constructor(root, opened, submitted, closed) {
    this.dialog = one(root, "dialog", HTMLDialogElement);
    this.form = one(root, "form", HTMLFormElement);
    const error = part(root, "error");
    // A second press of the button, while the first is under way, would make a second room.
    let asking = false;
    onOpen(this.dialog, () => {
      error.hidden = true;
      this.form.reset();
      opened();
    });
    this.form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (asking) return;
      asking = true;
      try {
        const answer = await submitted();
        this.dialog.close();
        closed?.(answer);
      } catch (reason) {
        error.textContent = describe(reason);
        error.hidden = false;
      } finally {
        asking = false;
      }
    });
  }
}

/** @param {HTMLDialogElement} dialog @param {() => void} run */
export function onOpen(dialog, run) {
  new MutationObserver(() => dialog.open && run()).observe(dialog, { attributeFilter: ["open"] });
}

/** `<chat-new-room>` */
export class NewRoom {
  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    const people = new PeopleField(one(root, "[data-input]"), app);
    const asking = new AskingDialog(
      root,
      () => people.clear(),
      () => {
        const fields = new FormData(asking.form);
        return app.api.createRoom({
          kind: fields.get("kind") === "private" ? "private" : "public",
          name: String(fields.get("name")).trim(),
          topic: String(fields.get("topic")).trim(),
          members: people.chosen.map((user) => user.id),
        });
      },
      (room) => app.showWhenThere(room.id),
    );
  }
}

/** `<chat-new-message>` */
export class NewMessage {
  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    const people = new PeopleField(one(root, "[data-input]"), app);
    new AskingDialog(
      root,
      () => people.clear(),
      () => app.conversationWith(people.chosen.map((user) => user.id)),
      (room) => app.showWhenThere(room.id),
    );
  }
}

/** `<chat-add-people>` */
export class AddPeople {
  /** @param {HTMLElement} root @param {App} app */
  constructor(root, app) {
    const people = new PeopleField(one(root, "[data-input]"), app);
    new AskingDialog(
      root,
      () => people.clear(),
      async () => {
        const { room } = app;
        if (room === null) return;
        for (const user of people.chosen) await app.api.setMember(room, user.id, "member");
      },
    );
  }
}

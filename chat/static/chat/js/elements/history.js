/** @import { App } from "../app.js" */
/** @import { Id, User } from "../types.d.ts" */
/** @import { ModeratorsNote, PersonRecord, RecordedAct, StandingSanction } from "../moderation-types.d.ts" */
import { formatDateTime, t } from "../i18n.js";
import { el, one, part } from "../render/dom.js";
import { attempt, describe } from "../render/refusal.js";
import { actName } from "../render/terms.js";

/** What is on record about a person and what moderators noted: for those of the site. @param {App} app @param {User} user */
export async function openHistory(app, user) {
  const { moderation } = app;
  const dialog = one(document, "#history", HTMLDialogElement);
  const form = one(dialog, "form", HTMLFormElement);
  const error = part(dialog, "error");
  const name = user.name || user.username;
  one(dialog, "h2").textContent = t("Notes and history: {name}", { name });
  for (const list of ["notes", "sanctions", "acts"]) part(dialog, list).replaceChildren();
  part(dialog, "more").hidden = true;
  error.hidden = true;
  form.reset();
  form.onsubmit = async (event) => {
    event.preventDefault();
    try {
      await moderation.addNote(user.id, one(form, "textarea", HTMLTextAreaElement).value.trim());
      form.reset();
      error.hidden = true;
      drawNotes(dialog, await moderation.notes(user.id));
    } catch (reason) {
      error.textContent = describe(reason);
      error.hidden = false;
    }
  };
  dialog.showModal();
  await attempt(
    (async () => {
      const [record, notes] = await Promise.all([moderation.record(user.id), moderation.notes(user.id)]);
      drawNotes(dialog, notes);
      drawStanding(app, user, dialog, record.sanctions);
      drawActs(app, user, dialog, record);
    })(),
  );
}

/** @param {HTMLElement} dialog @param {ModeratorsNote[]} notes */
function drawNotes(dialog, notes) {
  const items = notes.map(({ text, author, created_at }) =>
    el("li", {}, el("span", { dir: "auto" }, text), signed(author?.name || author?.username || "", created_at)),
  );
  part(dialog, "notes").replaceChildren(...(items.length ? items : [nothing(t("No notes yet."))]));
}

/** @param {App} app @param {User} user @param {HTMLElement} dialog @param {StandingSanction[]} sanctions */
function drawStanding(app, user, dialog, sanctions) {
  const items = sanctions.map((sanction) => {
    const { kind, room, reason, until } = sanction;
    const lift = el(
      "button",
      { class: "btn-link", type: "button" },
      kind === "mute" ? t("Unmute") : t("Lift the ban"),
    );
    const item = el(
      "li",
      {},
      el("b", {}, kind === "mute" ? t("Muted") : t("Banned")),
      ` · ${room ? room.name : t("The whole site")} · `,
      until ? t("until {time}", { time: formatDateTime(until) }) : t("for good"),
      reason && el("p", { dir: "auto" }, reason),
      lift,
    );
    lift.addEventListener("click", async () => {
      const where = room ? { room: room.id } : {};
      const { moderation } = app;
      const lifted = kind === "mute" ? moderation.unmute(user.id, where) : moderation.unban(user.id, where);
      if (await attempt(lifted)) item.remove();
    });
    return item;
  });
  part(dialog, "sanctions").replaceChildren(
    ...(items.length ? items : [nothing(t("Nothing stands against them."))]),
  );
}

/** @param {App} app @param {User} user @param {HTMLElement} dialog @param {PersonRecord} page */
function drawActs(app, user, dialog, { record, more }) {
  const list = part(dialog, "acts");
  list.append(...record.map(act));
  if (!list.firstChild) list.append(nothing(t("Nothing is on record.")));
  const button = part(dialog, "more");
  button.hidden = !more;
  const before = /** @type {Id} */ (record.at(-1)?.id);
  button.onclick = () =>
    attempt(app.moderation.record(user.id, { before }).then((page) => drawActs(app, user, dialog, page)));
}

/** @param {RecordedAct} row */
function act({ action, actor_name, at, reason, room_name }) {
  return el(
    "li",
    {},
    el("b", {}, actName(action)),
    room_name && ` · ${room_name}`,
    reason && el("p", { dir: "auto" }, reason),
    // Who reported is not on the record.
    signed(actor_name || (action === "report" ? "" : t("A rule")), at),
  );
}

/** @param {string} name @param {string} time */
function signed(name, time) {
  return el("time", { datetime: time }, [name, formatDateTime(time)].filter(Boolean).join(" · "));
}

/** @param {string} text */
function nothing(text) {
  return el("li", { class: "help" }, text);
}

/** @import { App } from "../app.js" */
/** @import { Message } from "../types.d.ts" */
import { t } from "../i18n.js";
import { askReason } from "../render/reason.js";
import { attempt } from "../render/refusal.js";
import { toast } from "../render/toast.js";

/** A mute by one press lasts this long, in minutes; the person's card offers other times. */
const AN_HOUR = 60;

/** What somebody else wrote may come back. @param {App} app @param {Message} message */
export async function takeAway(app, message) {
  const name = message.author.name || message.author.username;
  const reason = await askReason({
    title: t("Remove this message by {name}?", { name }),
    text: t(
      "Its text and files will be hidden from everyone. A mark stays where it was, and moderators can restore it.",
    ),
    action: t("Remove"),
  });
  if (reason !== null) await act(app, app.moderation.removeMessage(message.id, reason));
}

/** @param {App} app @param {Message} message */
export async function restore(app, message) {
  await act(app, app.moderation.restoreMessage(message.id));
}

/** Nothing is asked first, because it is undone as fast. @param {App} app @param {Message} message */
export async function muteAuthor(app, { author, room }) {
  if (!(await attempt(app.moderation.mute(author.id, { room, minutes: AN_HOUR, reason: "" })))) return;
  toast(t("{name} can’t post here for an hour.", { name: author.name || author.username }), {
    label: t("Undo"),
    run: () => attempt(app.moderation.unmute(author.id, { room })),
  });
}

/** Of a room that is only read no events come, so it is loaded anew. @param {App} app @param {Promise<void>} work */
async function act(app, work) {
  if ((await attempt(work)) && !app.joined) await app.load();
}

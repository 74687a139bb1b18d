/** @import { Notice } from "../notice-types.d.ts" */
import { formatDateTime, t } from "../i18n.js";

/**
 * What a notice says in the reader's language, around the moderators' own words.
 *
 * @param {Notice} notice @returns {{symbol: string, title: string, lines: string[]}}
 */
export function noticeWords(notice) {
  if (notice.kind === "warning") return warning(notice);
  if (notice.kind === "outcome") return outcome(notice);
  const { symbol, title } = sanction(notice);
  return { symbol, title, lines: whereAndUntil(notice) };
}

/** @param {Notice} notice */
function warning({ by, room }) {
  const title = by
    ? t("A warning from {name}", { name: by.name || by.username })
    : t("A warning from the moderators");
  return { symbol: "alert", title, lines: room?.name ? [t("It is about {room}.", { room: room.name })] : [] };
}

/** @param {Notice} notice */
function outcome({ action, room }) {
  const lines = room?.name ? [t("You reported something in {room}.", { room: room.name })] : [];
  lines.push(action === "resolve" ? t("They have dealt with it.") : t("They found nothing to do."));
  return { symbol: "flag", title: t("The moderators looked at your report"), lines };
}

/** @param {Notice} notice */
function sanction({ action, room }) {
  if (action === "mute") return { symbol: "hush", title: t("You were muted") };
  if (action === "ban") return { symbol: "block", title: t("You were banned") };
  if (action === "remove" && room)
    return { symbol: "leave", title: t("You were removed from {room}", { room: room.name }) };
  return { symbol: "shield", title: t("The moderators acted on your account") };
}

/** @param {Notice} notice */
function whereAndUntil({ action, room, until }) {
  if (action !== "mute" && action !== "ban") return [];
  const time = until ? formatDateTime(until) : "";
  if (!room) return [time ? t("On the whole site, until {time}.", { time }) : t("On the whole site, for good.")];
  const where = { room: room.name };
  return [time ? t("In {room}, until {time}.", { ...where, time }) : t("In {room}, for good.", where)];
}

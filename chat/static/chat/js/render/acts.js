/** @import { RecordedAct } from "../moderation-types.d.ts" */
/** @import { Time } from "../types.d.ts" */
import { formatSpan, t, tn } from "../i18n.js";
import { actName } from "./terms.js";

/**
 * What was done in a room, as a sentence for `phrase`, with `{actor}` and `{person}` in it.
 *
 * @param {RecordedAct} act @returns {string}
 */
export function actSentence(act) {
  return SENTENCES[act.action]?.(act) ?? `{actor}: ${actName(act.action)}`;
}

/** Left in the sentence, to be filled by elements. */
const NAMES = { actor: "{actor}", person: "{person}" };

/** @type {Record<string, (act: RecordedAct) => string>} */
const SENTENCES = {
  mute: ({ at, after }) =>
    after.until
      ? t("{actor} muted {person} for {time}.", { ...NAMES, time: spanOf(at, after.until) })
      : t("{actor} muted {person} for good."),
  unmute: () => t("{actor} lifted the mute of {person}."),
  remove: () => t("{actor} removed {person} from the room."),
  ban: ({ at, after }) =>
    after.until
      ? t("{actor} banned {person} for {time}.", { ...NAMES, time: spanOf(at, after.until) })
      : t("{actor} banned {person} for good."),
  unban: () => t("{actor} lifted the ban of {person}."),
  delete_message: () => t("{actor} removed a message by {person}."),
  restore_message: ({ after }) =>
    after.messages
      ? tn(
          "{actor} restored {n} message by {person}.",
          "{actor} restored {n} messages by {person}.",
          after.messages,
          NAMES,
        )
      : t("{actor} restored a message by {person}."),
  purge_messages: ({ after }) =>
    tn(
      "{actor} removed {n} message by {person}.",
      "{actor} removed {n} messages by {person}.",
      after.messages,
      NAMES,
    ),
  hide: () => t("A message by {person} was hidden automatically."),
  pin: () => t("{actor} pinned a message."),
  unpin: () => t("{actor} unpinned a message."),
  lock: () => t("{actor} locked the room."),
  unlock: () => t("{actor} unlocked the room."),
  slow_mode: ({ after }) =>
    after.slow_mode
      ? t("{actor} set slow mode to {time}.", { ...NAMES, time: formatSpan(after.slow_mode, "long") })
      : t("{actor} turned slow mode off."),
  announcements: ({ after }) =>
    after.announcements ? t("{actor} let only moderators post, for good.") : t("{actor} let everyone post."),
  archive: () => t("{actor} archived the room."),
  restore_room: () => t("{actor} restored the room."),
  role: ({ after }) => ROLES[after.role]?.() ?? t("{actor} changed the role of {person}."),
  word_rule_add: () => t("{actor} added a word rule."),
  word_rule_change: () => t("{actor} changed a word rule."),
  word_rule_remove: () => t("{actor} removed a word rule."),
  revoke_invite: () => t("{actor} revoked an invitation."),
};

/** @type {Record<string, () => string>} */
const ROLES = {
  owner: () => t("{actor} made {person} an owner."),
  moderator: () => t("{actor} made {person} a moderator."),
  member: () => t("{actor} made {person} a member."),
};

/** In whole minutes, for what is done is recorded a moment later. @param {Time} from @param {Time} until */
function spanOf(from, until) {
  return formatSpan(Math.round((Date.parse(until) - Date.parse(from)) / 60_000) * 60, "long");
}

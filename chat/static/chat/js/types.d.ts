/** The shapes of docs/protocol.md after `normalise.js`, and of the state the elements draw. */

import type { Notice } from "./notice-types.d.ts";

export type Id = number;
/** A tick of a room's clock. */
export type Tick = number;
/** RFC 3339 in UTC with milliseconds. */
export type Time = string;

export interface User {
  id: Id;
  /** Empty: has deleted their account. */
  username: string;
  name: string;
  avatar: string | null;
  bot: boolean;
}

export type Role = "owner" | "moderator" | "member";
export type Notify = "all" | "mentions" | "none";

/** What a `room` inside `changes` says: the part of a room that is the same for everyone. */
export interface SharedRoom {
  id: Id;
  kind: "public" | "private" | "direct";
  name: string;
  topic: string;
  clock: Tick;
  archived: boolean;
  locked: boolean;
  slow_mode: number;
  members: number;
  announcements?: boolean;
}

export interface Room extends SharedRoom {
  role: Role | null;
  notify: Notify;
  last_read: Tick;
  unread: number;
  mentions: number;
  muted_until: Time | null;
  people?: User[];
}

export interface Reply {
  id: Id;
  tick: Tick;
  author: User;
  excerpt: string;
}

export interface Attachment {
  id: Id;
  name: string;
  type: string;
  size: number;
  url: string;
  width?: number;
  height?: number;
  thumbnail?: string;
}

export interface Reaction {
  emoji: string;
  users: Id[];
}

export interface Message {
  id: Id;
  room: Id;
  tick: Tick;
  changed: Tick;
  kind: "text" | "notice";
  author: User;
  ref: string;
  text: string;
  html: string;
  sent_at: Time;
  edited_at: Time | null;
  deleted: boolean;
  pinned: boolean;
  reply_to: Reply | null;
  mentions: Id[];
  everyone: boolean;
  reactions: Reaction[];
  attachments: Attachment[];
  /** Of a deleted one; empty: its author deleted it. */
  removed: "" | "moderator" | "automatically";
}

export interface Member {
  user: User;
  role: Role;
  left: boolean;
}

export interface Page {
  messages: Message[];
  more_before: boolean;
  more_after: boolean;
  clock: Tick;
}

export interface WireError {
  code: string;
  message: string;
  /** Seconds. */
  retry_after?: number;
}

export interface Change {
  tick: Tick;
  message?: Partial<Message>;
  room?: SharedRoom;
  member?: Partial<Member>;
}

/** Any object of a server frame; `type` says which fields stand. */
export interface ServerObject {
  type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the wire is checked field by field in normalise.js
  [field: string]: any;
}

export type PresenceState = "online" | "away";

/** One room as the elements draw it. Read it freely; only `rooms.js` and its parts write it. */
export interface RoomState {
  id: Id;
  info: Room;
  /** All that changed up to here is known, as far as it lies in the loaded window. */
  cursor: Tick;
  /**
   * The cursor, but for deltas still to be continued: those leave out, so far, what changed again later, so
   * that what is held may be older than the cursor.
   */
  whole: Tick;
  /** A `sync` has been asked for and its last `delta` has not come. */
  syncing: boolean;
  /** History has been loaded: `messages` is a contiguous window, in order of `tick`. */
  loaded: boolean;
  messages: Message[];
  hasBefore: boolean;
  /** The window ends before the latest message: new ones are counted, not added. */
  hasAfter: boolean;
  /** Grows whenever the window is replaced, so that a page asked for before is recognised. */
  generation: number;
  /** The first message later than this stands below the "New" divider; null: no divider. */
  divider: Tick | null;
  members: Map<Id, KnownMember>;
  /** User id to the time (ms, `now()`) at which the mark expires. */
  typing: Map<Id, number>;
  /** Who is not here is offline. */
  presence: Map<Id, PresenceState>;
  counts: Counts;
  /** The tick of the room row behind `info`. */
  infoTick: Tick;
  /** The tick that `info.members` speaks for. */
  membersClock: Tick;
}

export interface KnownMember extends Member {
  changed: Tick;
}

/** What the server last said about unread messages, and what was born since. */
export interface Counts {
  clock: Tick;
  /** How many words were taken so far, to recognise an answer that one has overtaken. */
  words: number;
  /** The last change that may have altered what a word counts: an older word is of no use. */
  corrected: Tick;
  unread: number;
  mentions: number;
  /** Births seen that may count, as the server's word may be older: tick to "mentions me". */
  born: Map<Tick, boolean>;
}

export interface RoomsState {
  me: User;
  epoch: string | null;
  rooms: Map<Id, RoomState>;
  /** Rooms whose cursor the last `hello` gave: the server starts there, in the others at its clock. */
  named: Set<Id>;
  /** Everybody seen so far, as last named. */
  people: Map<Id, User>;
  /** Whom the reader blocks. */
  blocks: Set<Id>;
  /** How many reports wait for the reader; null: they were never told, for they moderate nothing. */
  cases: number | null;
}

/** What the server must be asked after applying an object. */
export type Effect =
  | { type: "sync"; room: Id; since: Tick }
  /** The loaded window was dropped: load it again if it is on screen. */
  | { type: "reload"; room: Id }
  /** The counters cannot be derived: ask for the room object. */
  | { type: "refresh"; room: Id };

/** What changed, gathered over one server frame. */
export interface Outcome {
  effects: Effect[];
  /** Room to the names of its aspects that changed: "info" "members" "typing" "presence" "gone". */
  touched: Map<Id, Set<string>>;
  /** Room to the messages added or changed in its window, by id. */
  upserts: Map<Id, Map<Id, Message>>;
  /** Rooms whose window was replaced or dropped. */
  replaced: Set<Id>;
  /** Messages of mine seen anywhere, by ref. */
  settled: Set<string>;
  /** People who changed name or avatar. */
  users: User[];
  /** The site was put back to an older state: what it acknowledged since may be gone. */
  restored: boolean;
  /** Whom the reader blocks has changed. */
  blocks: boolean;
  /** Private words to the reader: new ones, or seen on another screen. */
  notices: Notice[];
  /** The connection has begun anew: what was told in between may be lost. */
  welcomed: boolean;
  /** How many reports wait has changed. */
  cases: boolean;
  /** Rooms on whose record there is something new. */
  recorded: Set<Id>;
}

/** How a page of history was asked for. */
export interface PageRequest {
  /** `latest` and `around` replace the window, `before` and `after` extend it. */
  kind: "latest" | "around" | "before" | "after";
  /** The tick it was asked around, before or after. */
  anchor: Tick | null;
  generation: number;
}

/** A post that the server has not shown yet. */
export interface Pending {
  ref: string;
  room: Id;
  text: string;
  replyTo: Reply | null;
  attachments: Attachment[];
  /** ms since 1970; also the order within a room. */
  queuedAt: number;
  /** `sent`: acknowledged, its event is on the way. */
  state: "waiting" | "sending" | "sent" | "failed";
  /** Why it failed. */
  error: WireError | null;
  /** Set with `sent`. */
  tick: Tick | null;
}

export interface Draft {
  text: string;
  /** A message of the same room. */
  replyTo?: Message | null;
  attachments?: Attachment[];
}

export type ConnectionPhase = "connecting" | "online" | "reconnecting" | "offline";

export interface ConnectionStatus {
  phase: ConnectionPhase;
  transport: "websocket" | "polling";
  /** ms since 1970 of the next attempt, while reconnecting. */
  retryAt: number | null;
  /** Why it will not come back by itself: 4401 signed out, 4403 account closed. */
  closedBy: number | null;
}

/** The events of `Client`: name to `detail`. */
export interface ClientEvents {
  state: ConnectionStatus;
  /** The session has ended: leave for the sign-in page. */
  "signed-out": null;
  /** The account is disabled or banned. */
  refused: null;
  /** The list changed: a room came or went, was renamed, or its counters moved. */
  rooms: null;
  /** `room.info` or its counters changed. */
  room: { room: Id };
  /** The reader is no longer in the room. */
  gone: { room: Id };
  /** `replaced`: draw the whole window; else only `messages` were added or changed. */
  messages: { room: Id; replaced: boolean; messages: Message[] };
  pending: { room: Id };
  members: { room: Id };
  typing: { room: Id };
  presence: { room: Id };
  user: { user: User };
  /** Whom the reader blocks has changed. */
  blocks: null;
  /** Something was done in a room that the reader moderates. */
  record: { room: Id };
  /** The connection has begun anew: ask for what is told once. */
  welcome: null;
  notice: { notice: Notice };
  /** How many reports wait for the reader has changed. */
  cases: null;
}

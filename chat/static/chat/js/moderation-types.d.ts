/** The shapes that moderators alone see, as docs/protocol.md has them. */
import type { Id, Message, Time, User } from "./types.d.ts";

export interface Posting {
  locked: boolean;
  /** Seconds. */
  slow_mode: number;
  announcements: boolean;
}

export type CaseState = "open" | "in_progress" | "resolved" | "dismissed";

export interface Case {
  id: Id;
  state: CaseState;
  person: User;
  room: { id: Id; kind: string; name: string } | null;
  message: { id: Id; tick: number; deleted: boolean; excerpt: string } | null;
  hidden: boolean;
  /** To open it is on the record. */
  sealed: boolean;
  reporters: number;
  categories: Record<string, number>;
  newest: Time;
  opened_at: Time;
  assignee: User | null;
  decided_at: Time | null;
  decided_by: User | null;
  outcome: string;
}

export interface CasePage {
  cases: Case[];
  more: boolean;
}

export interface CaseReport {
  id: Id;
  reporter: User;
  category: string;
  note: string;
  created_at: Time;
}

export interface CaseFile {
  case: Case;
  reports: CaseReport[];
  message: Message | null;
  before: Message[];
  after: Message[];
  history: { acts: Record<string, number>; cases: Record<string, number> };
}

export interface StandingSanction {
  id: Id;
  kind: "mute" | "ban";
  room: { id: Id; name: string } | null;
  reason: string;
  until: Time | null;
  created_at: Time;
}

export interface RecordedAct {
  id: Id;
  at: Time;
  action: string;
  actor: Id | null;
  actor_name: string;
  room: Id | null;
  room_name: string;
  reason: string;
  message: Id | null;
  before: Record<string, any>;
  after: Record<string, any>;
  source: string;
  person: Id | null;
  person_name: string;
}

export interface RoomRecord {
  record: RecordedAct[];
  /** Those that the reader can take back now. */
  undo: Id[];
  more: boolean;
}

/** Who took a message away, null for a rule or many reports, and why. */
export interface Removal {
  message: Id;
  by: User | null;
  at: Time;
  reason: string;
}

export interface PersonRecord {
  user: User;
  sanctions: StandingSanction[];
  record: RecordedAct[];
  more: boolean;
}

export interface ModeratorsNote {
  id: Id;
  text: string;
  author: User | null;
  created_at: Time;
}

export interface WordRule {
  id: Id;
  pattern: string;
  mode: "block" | "hide" | "flag";
  note: string;
  active: boolean;
}

export interface Trial {
  caught: number;
  examples: { message: Id; room: Id; author: User; sent_at: Time; excerpt: string }[];
  messages: number;
  complete: boolean;
}

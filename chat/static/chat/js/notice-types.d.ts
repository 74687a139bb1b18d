/** What the moderators are told, and what they tell people, in the manner of `types`. */
import type { Id, Message, Time, User } from "./types.d.ts";

/** A private word of the moderators to the reader. */
export interface Notice {
  id: Id;
  kind: "warning" | "sanction" | "outcome";
  /** What they wrote, perhaps nothing. */
  text: string;
  /** What was done, as the record names it; empty for a warning. */
  action: string;
  room: { id: Id; name: string } | null;
  until: Time | null;
  by: User | null;
  created_at: Time;
  seen: boolean;
}

/** What somebody tells the moderators of: a message and its author, or a person. */
export interface Reported {
  message: Message | null;
  person: User;
}

export type ReportCategory = "spam" | "harassment" | "private" | "other";

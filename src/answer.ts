/** What a chat gets back for a line: a message, and a form where something is missing. */
import type { Language, Message } from "./message.ts";

export type FormField = {
  /** The argument it fills; `body` for the long text. */
  name: string;
  label: string;
  hint: string;
  kind: "text" | "long" | "day" | "choice";
  options?: { value: string; label: string }[];
  /** The most characters it takes. */
  limit?: number;
  required: boolean;
  value: string;
};
/** What is missing, asked for. A chat sends back `printLine(command, values)` with the long text as body. */
export type Form = {
  title: string;
  /** The deadline or call it is for, as people call it; may hold outside text. Absent when it is for none. */
  about?: string;
  command: string;
  fields: FormField[];
  submit: string;
  language: Language;
};

/** What came of a line. */
export type Answer = {
  /** False when the line was refused; the message then says what was wrong and what to write instead. */
  ok: boolean;
  message: Message;
  form?: Form;
  to: "asker" | "room";
  /** This key had been handled before; nothing was done again. */
  repeated: boolean;
  /** It waits in the outbox and the chat will be handed it; otherwise the chat shows it itself. */
  queued: boolean;
  /** For the asker's eyes only, also where rooms see what is asked: a role, a code. */
  private?: true;
  /** Error code, when not ok. */
  code?: string;
  /** Name of the argument that was not understood, so that a form can say it at the field. */
  field?: string;
};

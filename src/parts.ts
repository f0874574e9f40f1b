/** What `clarion.ts` hands to the core: the commands, cards and jobs there are, and what the shipped files say. */
import type { AnyCard } from "./cards/card.ts";
import type { AnyCommand } from "./command.ts";
import type { Directory } from "./directory.ts";
import type { Language } from "./message.ts";
import type { Ports, Writing } from "./ports.ts";
import type { Shipped } from "./shipped.ts";
import type { ReadSource, UnderstandText } from "./sources/document.ts";
import type { ReadList } from "./sources/list.ts";

export type Parts = {
  commands: readonly AnyCommand[];
  cards: readonly AnyCard[];
  workers: readonly Worker[];
  directory: Directory;
  shipped: Shipped;
  /** Bytes of a source to its items, off this thread. */
  readSource: ReadSource;
  /** A pasted text or a page to what it says, off this thread. */
  understandText: UnderstandText;
  /** A list of feeds as other programs export it. */
  readList: ReadList;
  /** Language of rooms that have none yet. */
  language: Language;
  /** SHA-256 of a text, in hexadecimal. */
  fingerprint(text: string): string;
};

/** Handles the wakes whose key begins with `prefix:`; returns when it wants to be woken next. */
export type Worker = {
  prefix: string;
  run(app: WorkerContext, key: string): Promise<number | null>;
  /** The program ends: what is under way ends as soon as it can. */
  end?(app: WorkerContext): void;
};
export type WorkerContext = { ports: Ports; parts: Parts; change<T>(body: (trx: Writing) => Promise<T>): Promise<T> };

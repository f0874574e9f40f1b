/** Whose account Clarion is on Matrix, and what its parts are given to work with. */
import type { MatrixAccount } from "../../src/matrix-settings.ts";
import type { Language } from "../../src/message.ts";
import type { Chance, Clock, Log, Store } from "../../src/ports.ts";

export type { MatrixAccount } from "../../src/matrix-settings.ts";

/** What the opening and keeping of a client needs. */
export type MatrixClientOptions = {
  account: MatrixAccount;
  /** The data folder. Keys lie in `matrix/` inside it. */
  folder: string;
  /** The main database: it remembers how old the keys must be. */
  store: Store;
  clock: Clock;
  chance: Chance;
  log: Log;
  /** Something happened after which nothing may be sent any more; nothing is. Called once. Default: an uncaught error, which ends the process. */
  onFatal?: (error: Error) => void;
};

export type MatrixChatOptions = MatrixClientOptions & {
  /** The pseudonym of a Matrix user. */
  actorOf: (user: string) => string;
  language: Language;
};

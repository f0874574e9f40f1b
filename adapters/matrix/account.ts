/** Whose account Clarion is on Matrix, and what its parts are given to work with. */
import type { Language } from "../../src/message.ts";
import type { Chance, Clock, Log, Store } from "../../src/ports.ts";

/** One account, one device. A password or an access token; the rest is made at the first start and kept. */
export type MatrixAccount = {
  homeserverUrl: string;
  userId: string;
  password?: string;
  accessToken?: string;
  /** Which device an access token belongs to. The homeserver is asked in any case; this is a second opinion. */
  deviceId?: string;
  /** Opens what the account keeps on the homeserver for new devices of its own. Default: made at the first start, in a file. */
  recoveryKey?: string;
  /** Locks the file of keys. At least 32 characters. Default: made at the first start, in a file beside it. */
  storeKey?: string;
  /** Who may invite the bot: user ids, or `*:server`. */
  allowedInviters: readonly string[];
};

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

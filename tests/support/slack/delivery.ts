/** How what people do reaches an app: over a socket or over signed HTTP; both answer with an acknowledgement. */
import type { JsonObject } from "./json.ts";

export type EnvelopeKind = "slash_commands" | "interactive" | "events_api";
export type Parcel = { kind: EnvelopeKind; payload: JsonObject; retryAttempt: number; retryReason: string };

/** `after`: real milliseconds until the acknowledgement; null when none came in time, or there was nobody to take the parcel. */
export type Ack = {
  after: number | null;
  body: unknown;
  envelopeId: string;
  delivered: boolean;
  /** The app asked not to be sent this event again (`x-slack-no-retry`). */
  noRetry: boolean;
};

export type Carrier = { deliver(parcel: Parcel): Promise<Ack> };

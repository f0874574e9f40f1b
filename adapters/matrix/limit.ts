/** The homeserver's limit on messages: whether there is one, and the call that lifts it for one account. */
import { z } from "zod";
import type { Asking } from "./asking.ts";

/** Synapse allows a burst of ten, then one in five seconds, where its owner never touched it. */
const MORE_THAN_A_BURST = 12;

/** What a homeserver's owner types once. Only an administrator's token may do it. Synapse only; other homeservers have settings of their own. */
export function liftLimitCall(homeserverUrl: string, userId: string): string {
  const where = `${homeserverUrl}/_synapse/admin/v1/users/${encodeURIComponent(userId)}/override_ratelimit`;
  return `curl -X POST -H 'Authorization: Bearer ADMIN_TOKEN' -d '{"messages_per_second":0,"burst_count":0}' '${where}'`;
}

/**
 * Whether a burst of messages is slowed down. Nobody but an administrator is told, so the account's own name is written over itself a few times,
 * which counts like a message, and nobody sees. Undefined when that is not allowed.
 */
export async function isLimited(ask: Asking, userId: string): Promise<boolean | undefined> {
  const path = `/_matrix/client/v3/profile/${encodeURIComponent(userId)}/displayname`;
  const standing = await ask("GET", path);
  // An account that has no name yet: 404, and an empty name is none.
  const name = z.object({ displayname: z.string().nullish() }).safeParse(standing.body).data?.displayname ?? "";
  for (let count = 0; count < MORE_THAN_A_BURST; count += 1) {
    const { status } = await ask("PUT", path, { displayname: name });
    if (status === 429) return true;
    if (status !== 200) return undefined;
  }
  return false;
}

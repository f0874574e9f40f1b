/** Whether the recovery key that is at hand opens what the account keeps on the homeserver: found out on the day it is changed, not on the day it is needed. */
import { z } from "zod";
import type { Say } from "../../src/i18n.ts";
import type { MatrixAccount } from "../../src/matrix-settings.ts";
import type { Finding } from "../console/findings.ts";
import type { Asking } from "./asking.ts";
import { readPrivately } from "./files.ts";

const chosenSchema = z.object({ key: z.string() });
const descriptionSchema = z.object({ algorithm: z.literal("m.secret_storage.v1.aes-hmac-sha2"), iv: z.string(), mac: z.string() });

/** Nothing where there is no key here, which is said elsewhere, and where nothing is kept there yet. Throws `OperatorError` as `ask` does. */
export async function checkRecovery(ask: Asking, { userId, recoveryKey }: MatrixAccount, { say, file }: { say: Say; file: string }): Promise<Finding[]> {
  const text = (recoveryKey ?? readPrivately(file))?.trim() ?? "";
  if (text === "") return [];
  const read = async (kind: string): Promise<unknown> => (await ask("GET", `/_matrix/client/v3/user/${encodeURIComponent(userId)}/account_data/${encodeURIComponent(kind)}`)).body;
  const chosen = chosenSchema.safeParse(await read("m.secret_storage.default_key"));
  if (!chosen.success) return [];
  const description = descriptionSchema.safeParse(await read(`m.secret_storage.key.${chosen.data.key}`));
  if (!description.success || (await opens(text, description.data))) return [];
  return [{ state: "bad", text: say("console.error.matrix_recovery_key_wrong", { source: recoveryKey === undefined ? file : "MATRIX_RECOVERY_KEY" }) }];
}

/** Whoever set the key left zeros behind, locked with it. https://spec.matrix.org/v1.16/client-server-api/#key-storage */
async function opens(text: string, { iv, mac }: z.infer<typeof descriptionSchema>): Promise<boolean> {
  // Matrix's library is big, so it is read only where it is needed.
  const { decodeRecoveryKey, SecretStorage } = await import("./sdk.ts");
  let key: ReturnType<typeof decodeRecoveryKey>;
  try {
    key = decodeRecoveryKey(text);
  } catch {
    return false;
  }
  const { mac: expected } = await SecretStorage.calculateKeyCheck(key, iv);
  return SecretStorage.trimTrailingEquals(expected) === SecretStorage.trimTrailingEquals(mac);
}

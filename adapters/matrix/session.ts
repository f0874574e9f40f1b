/** The device and its tokens: got once, kept in a file, renewed when the homeserver asks for it. */
import { z } from "zod";
import { OperatorError } from "../../src/operator-error.ts";
import type { Chance, Log } from "../../src/ports.ts";
import type { MatrixAccount } from "./account.ts";
import { readPrivately, writePrivately } from "./files.ts";
import { logIn, Refusal, refresh, whoHas } from "./homeserver.ts";

/** `token` is missing between choosing a device id and being let in. `secured`: cross-signed, with secret storage and key backup. */
const sessionSchema = z.object({
  userId: z.string(),
  deviceId: z.string(),
  accessToken: z.string().optional(),
  refreshToken: z.string().optional(),
  secured: z.boolean(),
});
type Kept = z.infer<typeof sessionSchema>;

export type Session = {
  readonly userId: string;
  readonly deviceId: string;
  /** The newest one. */
  accessToken(): string;
  readonly secured: boolean;
  /** Remembers that nothing is left to be done for a new device. */
  markSecured(): void;
  /**
   * A token that is newer than `used`, which the homeserver refused; undefined when there is none to be had. `soft`: the homeserver keeps the
   * device and only wants to see the password again. Rejects when the homeserver cannot be asked now.
   */
  renew(used: string, soft: boolean): Promise<string | undefined>;
};

export type SessionOptions = {
  account: MatrixAccount;
  file: string;
  /** The device the keys belong to, as far as anything remembers. */
  knownDevice: string | undefined;
  chance: Chance;
  log: Log;
};

/** Throws `OperatorError`. Asks the homeserver only when there is no usable session yet. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { account, file, log } = options;
  const kept = readSession(file);
  if (kept !== undefined && kept.userId !== account.userId) throw new OperatorError("matrix_account_changed", { kept: kept.userId, given: account.userId });
  let current = await settle(options, kept);
  const save = (next: Kept & { accessToken: string }): void => {
    writePrivately(file, `${JSON.stringify(next)}\n`);
    current = next;
  };
  if (kept === undefined || !isSame(kept, current)) save(current);

  let renewing: Promise<string | undefined> | undefined;
  const renewNow = async (soft: boolean): Promise<string | undefined> => {
    const grant = (await byRefreshToken(account, current.refreshToken)) ?? (soft ? await byPassword(account, current.deviceId) : undefined);
    if (grant === undefined) return undefined;
    save({ userId: current.userId, deviceId: current.deviceId, secured: current.secured, ...grant });
    log.info("matrix.token_renewed");
    return grant.accessToken;
  };
  return {
    userId: current.userId,
    deviceId: current.deviceId,
    accessToken: () => current.accessToken,
    get secured() {
      return current.secured;
    },
    markSecured: () => save({ ...current, secured: true }),
    async renew(used, soft) {
      if (used !== current.accessToken) return current.accessToken;
      renewing ??= renewNow(soft).finally(() => (renewing = undefined));
      return renewing;
    },
  };
}

function readSession(file: string): Kept | undefined {
  const text = readPrivately(file);
  if (text === undefined) return undefined;
  try {
    return sessionSchema.parse(JSON.parse(text));
  } catch {
    // The error's text would quote the file, which holds tokens.
    throw new OperatorError("matrix_session_damaged", { file });
  }
}

/** Undefined when there is none, or none that can be read. */
export function readDevice(file: string): string | undefined {
  try {
    return readSession(file)?.deviceId;
  } catch {
    return undefined;
  }
}

function isSame(one: Kept, other: Kept): boolean {
  return JSON.stringify(sessionSchema.parse(one)) === JSON.stringify(sessionSchema.parse(other));
}

async function settle(options: SessionOptions, kept: Kept | undefined): Promise<Kept & { accessToken: string }> {
  const { account } = options;
  if (account.accessToken !== undefined) return byGivenToken(options, kept, account.accessToken);
  if (kept?.accessToken !== undefined) return { ...kept, accessToken: kept.accessToken };
  if (account.password === undefined) throw new OperatorError("matrix_login_missing");
  return firstLogin(options, kept, account.password);
}

/** A token that the operator gave wins over a kept one: it may have been made because that one is no longer good. */
async function byGivenToken({ account, knownDevice }: SessionOptions, kept: Kept | undefined, accessToken: string): Promise<Kept & { accessToken: string }> {
  if (kept?.accessToken === accessToken) return { ...kept, accessToken };
  const owner = await whoHas(account.homeserverUrl, accessToken).catch((error: unknown) => {
    throw explainRefusal(error, "MATRIX_ACCESS_TOKEN");
  });
  if (owner.userId !== account.userId) throw new OperatorError("matrix_account_changed", { kept: owner.userId, given: account.userId });
  const deviceId = owner.deviceId ?? account.deviceId;
  if (deviceId === undefined) throw new OperatorError("matrix_device_missing");
  if (account.deviceId !== undefined && account.deviceId !== deviceId) throw new OperatorError("matrix_device_other", { kept: account.deviceId, given: deviceId });
  const before = kept?.deviceId ?? knownDevice;
  if (before !== undefined && before !== deviceId) throw new OperatorError("matrix_device_other", { kept: before, given: deviceId });
  return { userId: account.userId, deviceId, accessToken, secured: kept?.secured ?? false };
}

/** The device id is chosen and kept before it is used, so that a first start cut short leaves no second device behind. */
async function firstLogin({ account, file, knownDevice, chance }: SessionOptions, kept: Kept | undefined, password: string): Promise<Kept & { accessToken: string }> {
  const chosen = kept?.deviceId ?? knownDevice ?? account.deviceId ?? chance.id().toUpperCase().slice(0, 10);
  const secured = kept?.secured ?? false;
  if (kept === undefined) writePrivately(file, `${JSON.stringify({ userId: account.userId, deviceId: chosen, secured } satisfies Kept)}\n`);
  const grant = await logIn(account.homeserverUrl, { userId: account.userId, password, deviceId: chosen }).catch((error: unknown) => {
    throw explainRefusal(error, "MATRIX_PASSWORD");
  });
  // Whoever logs in as somebody else has been renamed by the homeserver, or is.
  if (grant.userId !== account.userId) throw new OperatorError("matrix_account_changed", { kept: grant.userId, given: account.userId });
  return { ...grant, secured };
}

function explainRefusal(error: unknown, setting: string): unknown {
  return error instanceof Refusal ? new OperatorError("matrix_login_refused", { setting, code: error.errcode }, error) : error;
}

type Renewed = { accessToken: string; refreshToken?: string };

async function byRefreshToken({ homeserverUrl }: MatrixAccount, refreshToken: string | undefined): Promise<Renewed | undefined> {
  return refreshToken === undefined ? undefined : orRefused(refresh(homeserverUrl, refreshToken));
}

async function byPassword({ homeserverUrl, userId, password }: MatrixAccount, deviceId: string): Promise<Renewed | undefined> {
  if (password === undefined) return undefined;
  const grant = await orRefused(logIn(homeserverUrl, { userId, password, deviceId }));
  return grant === undefined ? undefined : { accessToken: grant.accessToken, ...(grant.refreshToken === undefined ? {} : { refreshToken: grant.refreshToken }) };
}

/** A limit is no refusal: the same may be allowed in a moment. */
async function orRefused<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Refusal && error.errcode !== "M_LIMIT_EXCEEDED") return undefined;
    throw error;
  }
}

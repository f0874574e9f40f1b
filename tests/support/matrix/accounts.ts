/** People on a homeserver, and their logins. */
import { createHmac } from "node:crypto";
import { z } from "zod";
import { askServer } from "./call.ts";
import { REGISTRATION_SECRET } from "./settings.ts";

export interface Account {
  /** The part of the user's id that the person chose. */
  name: string;
  userId: string;
  password: string;
}

export interface Login {
  userId: string;
  deviceId: string;
  accessToken: string;
}

/** A person who has no device yet. */
export async function registerAccount(url: string, name: string, admin: boolean): Promise<Account> {
  const where = "/_synapse/admin/v1/register";
  const { nonce } = await askServer(z.object({ nonce: z.string() }), url, "GET", where);
  const password = `password of ${name}`;
  const mac = createHmac("sha1", REGISTRATION_SECRET)
    .update([nonce, name, password, admin ? "admin" : "notadmin"].join("\0"))
    .digest("hex");
  const body = { nonce, username: name, password, admin, mac, inhibit_login: true };
  const { user_id: userId } = await askServer(z.object({ user_id: z.string() }), url, "POST", where, { body });
  return { name, userId, password };
}

/** A new device, or the one of that id with a new token. */
export async function loginAccount(url: string, account: Account, deviceId?: string): Promise<Login> {
  const body = {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: account.userId },
    password: account.password,
    ...(deviceId === undefined ? {} : { device_id: deviceId }),
  };
  const shape = z.object({ user_id: z.string(), device_id: z.string(), access_token: z.string() });
  const answer = await askServer(shape, url, "POST", "/_matrix/client/v3/login", { body });
  return { userId: answer.user_id, deviceId: answer.device_id, accessToken: answer.access_token };
}

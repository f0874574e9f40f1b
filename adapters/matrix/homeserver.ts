/** The few requests that are made before there is a client, and when its token is no longer good. */
import { z } from "zod";
import { OperatorError } from "../../src/operator-error.ts";

/** Long enough for a slow homeserver, short enough to say so. */
const LONGEST_REQUEST_MILLISECONDS = 30_000;

const grantSchema = z.object({ user_id: z.string(), device_id: z.string(), access_token: z.string(), refresh_token: z.string().optional() });
const refreshedSchema = z.object({ access_token: z.string(), refresh_token: z.string().optional() });
const ownerSchema = z.object({ user_id: z.string(), device_id: z.string().optional() });
const refusalSchema = z.object({ errcode: z.string() });

export type Grant = { userId: string; deviceId: string; accessToken: string; refreshToken?: string };
export type Refreshed = { accessToken: string; refreshToken?: string };
export type Owner = { userId: string; deviceId?: string };

/** The homeserver said no, with one of Matrix's codes. */
export class Refusal extends Error {
  readonly errcode: string;
  constructor(errcode: string) {
    super(errcode);
    this.name = "Refusal";
    this.errcode = errcode;
  }
}

/** The same device id is the same device: logging in again gives it a new token and leaves its keys. Throws `Refusal` or `OperatorError`. */
export async function logIn(url: string, { userId, password, deviceId }: { userId: string; password: string; deviceId: string }): Promise<Grant> {
  const answer = await ask(url, "POST", "/_matrix/client/v3/login", {
    body: {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: userId },
      password,
      device_id: deviceId,
      initial_device_display_name: "Clarion",
      refresh_token: true,
    },
  });
  const grant = parse(grantSchema, answer, url);
  return { userId: grant.user_id, deviceId: grant.device_id, accessToken: grant.access_token, ...refreshTokenOf(grant) };
}

/** Throws `Refusal` or `OperatorError`. */
export async function refresh(url: string, refreshToken: string): Promise<Refreshed> {
  const refreshed = parse(refreshedSchema, await ask(url, "POST", "/_matrix/client/v3/refresh", { body: { refresh_token: refreshToken } }), url);
  return { accessToken: refreshed.access_token, ...refreshTokenOf(refreshed) };
}

/** Whose token it is. Throws `Refusal` or `OperatorError`. */
export async function whoHas(url: string, accessToken: string): Promise<Owner> {
  const owner = parse(ownerSchema, await ask(url, "GET", "/_matrix/client/v3/account/whoami", { token: accessToken }), url);
  return { userId: owner.user_id, ...(owner.device_id === undefined ? {} : { deviceId: owner.device_id }) };
}

function refreshTokenOf({ refresh_token: refreshToken }: { refresh_token?: string | undefined }): { refreshToken?: string } {
  return refreshToken === undefined ? {} : { refreshToken };
}

async function ask(url: string, method: string, path: string, { body, token }: { body?: unknown; token?: string }): Promise<unknown> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(new URL(path, url), {
      method,
      headers: { accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }), ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(LONGEST_REQUEST_MILLISECONDS),
    });
    answer = await response.json();
  } catch (error) {
    throw new OperatorError("matrix_unreachable", { url }, error);
  }
  if (response.ok) return answer;
  const refusal = refusalSchema.safeParse(answer);
  if (response.status >= 500 || !refusal.success) throw new OperatorError("matrix_unreachable", { url });
  throw new Refusal(refusal.data.errcode);
}

function parse<T>(schema: z.ZodType<T>, answer: unknown, url: string): T {
  const parsed = schema.safeParse(answer);
  // The answer holds tokens: it is not quoted.
  if (!parsed.success) throw new OperatorError("matrix_unreachable", { url });
  return parsed.data;
}

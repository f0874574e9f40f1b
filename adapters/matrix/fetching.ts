/** The one way to the homeserver for the client: nothing leaves before it is on disk, and a token that is no longer good is renewed on the way. */
import type { MatrixClient } from "matrix-js-sdk";
import { z } from "zod";
import { OperatorError } from "../../src/operator-error.ts";
import type { Guard } from "./guard.ts";
import type { KeptIndexedDB } from "./indexeddb/index.ts";
import type { Session } from "./session.ts";

export type FetchParts = { database: Pick<KeptIndexedDB, "durable">; session: Pick<Session, "accessToken" | "renew" | "deviceId">; guard: Guard; file: string; onToken: (token: string) => void };

const refusalSchema = z.object({ errcode: z.string(), error: z.string().optional(), soft_logout: z.boolean().optional() });
type RefusalBody = z.infer<typeof refusalSchema>;

export function createFetch({ database, session, guard, file, onToken }: FetchParts): typeof globalThis.fetch {
  const send = async (resource: RequestInfo | URL, init: RequestInit | undefined, token: string | undefined): Promise<Response> => {
    guard.assertGoing();
    await database.durable();
    guard.assertGoing();
    if (token === undefined) return fetch(resource, init);
    const headers = new Headers(init?.headers);
    headers.set("authorization", `Bearer ${token}`);
    return fetch(resource, { ...init, headers });
  };
  return async (resource, init) => {
    const isOurs = new Headers(init?.headers).has("authorization");
    const token = isOurs ? session.accessToken() : undefined;
    const response = await send(resource, init, token);
    if (response.ok) return response;
    const refusal = await readRefusal(response);
    if (response.status === 400 && isKeyUsed(resource, refusal)) guard.stop(new OperatorError("matrix_keys_used", { file }));
    if (response.status !== 401 || token === undefined || refusal?.errcode !== "M_UNKNOWN_TOKEN") return response;
    const renewed = await session.renew(token, refusal.soft_logout === true);
    if (renewed === undefined) {
      guard.stop(new OperatorError("matrix_logged_out", { device: session.deviceId }));
      return response;
    }
    onToken(renewed);
    return send(resource, init, renewed);
  };
}

async function readRefusal(response: Response): Promise<RefusalBody | undefined> {
  if (response.status !== 400 && response.status !== 401) return undefined;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return refusalSchema.safeParse(body).data;
}

/** The homeserver has other keys under the same names: the file is an old copy. No code says so, only the text. */
function isKeyUsed(resource: RequestInfo | URL, refusal: RefusalBody | undefined): boolean {
  const url = resource instanceof Request ? resource.url : String(resource);
  return /\/keys\/upload(\?|$)/.test(url) && /one time key .*already exists/i.test(refusal?.error ?? "");
}

const LONGEST_REQUEST_MILLISECONDS = 60_000;

/** The library's own timers of requests are never taken down, and would keep a process that has stopped alive for two minutes. */
export function limitRequests({ http }: MatrixClient): void {
  const ask = http.requestOtherUrl.bind(http);
  http.requestOtherUrl = (method, url, body, options = {}) => {
    const { localTimeoutMs = LONGEST_REQUEST_MILLISECONDS, abortSignal, ...rest } = options;
    const timeout = AbortSignal.timeout(localTimeoutMs);
    return ask(method, url, body, { ...rest, abortSignal: abortSignal === undefined ? timeout : AbortSignal.any([abortSignal, timeout]) });
  };
}

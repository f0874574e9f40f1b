/** HTTP mode: requests signed as Slack signs them (docs.slack.dev/authentication/verifying-requests-from-slack), and as nobody should. */
import { createHmac, randomUUID } from "node:crypto";
import type { Ack, Carrier, Parcel } from "./delivery.ts";
import { parseJson } from "./json.ts";
import type { Workspace, World } from "./world.ts";
import { makeSecret } from "./world.ts";

/** `stale` and `future` are signed rightly for a time that is ten minutes off; `tampered` is signed for another body. */
export type Signature = "right" | "wrong" | "stale" | "future" | "tampered" | "missing";
export type SignedRequest = { body: string; headers: Record<string, string> };
export type HttpReply = { status: number; body: string; headers: Headers; after: number };

export type HttpMode = {
  /** From now on everything people do goes to this URL; undefined: back to the sockets. */
  useUrl(url: string | undefined): void;
  /** The same parcel with whatever signature: answers with what the app said. */
  send(parcel: Pick<Parcel, "kind" | "payload"> & { retryAttempt?: number; retryReason?: string }, signature?: Signature): Promise<HttpReply>;
  /** Byte for byte what was sent last, as somebody who listened could. */
  replay(): Promise<HttpReply>;
  /** The challenge with which Slack proves a request URL; true when it came back. */
  verifyUrl(): Promise<boolean>;
  /** Slack's look at the certificate: a form with `ssl_check=1`. */
  checkCertificate(): Promise<HttpReply>;
};

const TEN_MINUTES = 600;

export function sign(secret: string, seconds: number, body: string): string {
  return `v0=${createHmac("sha256", secret).update(`v0:${seconds}:${body}`).digest("hex")}`;
}

export function openHttpMode(world: World, workspace: Workspace): HttpMode & { readonly carrier: Carrier | undefined } {
  let target: string | undefined;
  let last: SignedRequest | undefined;

  const signed = (body: string, type: string, signature: Signature): SignedRequest => {
    // Signatures are checked against the real time, whatever the double's clock shows.
    const seconds = Math.floor(Date.now() / 1_000) + (signature === "stale" ? -TEN_MINUTES : signature === "future" ? TEN_MINUTES : 0);
    const secret = signature === "wrong" ? makeSecret(16) : workspace.signingSecret;
    const proof = sign(secret, seconds, signature === "tampered" ? `${body} ` : body);
    return {
      body,
      headers: {
        "content-type": type,
        "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        ...(signature === "missing" ? {} : { "x-slack-request-timestamp": String(seconds), "x-slack-signature": proof }),
      },
    };
  };
  const post = async (request: SignedRequest): Promise<HttpReply> => {
    if (target === undefined) throw new Error("no request URL: call useUrl first");
    last = request;
    const startedAt = world.time.elapsed();
    const response = await fetch(target, { method: "POST", body: request.body, headers: request.headers, redirect: "manual", signal: AbortSignal.timeout(world.times.ackMilliseconds) });
    return { status: response.status, body: await response.text(), headers: response.headers, after: world.time.elapsed() - startedAt };
  };
  const send: HttpMode["send"] = ({ kind, payload, retryAttempt = 0, retryReason = "" }, signature = "right") => {
    const request =
      kind === "events_api"
        ? signed(JSON.stringify(payload), "application/json", signature)
        : signed(formOf(kind === "slash_commands" ? payload : { payload: JSON.stringify(payload) }), "application/x-www-form-urlencoded", signature);
    if (retryAttempt > 0) Object.assign(request.headers, { "x-slack-retry-num": String(retryAttempt), "x-slack-retry-reason": retryReason === "timeout" ? "http_timeout" : retryReason });
    return post(request);
  };
  const carrier: Carrier = {
    async deliver(parcel): Promise<Ack> {
      const envelopeId = randomUUID();
      try {
        const reply = await send(parcel);
        const body = reply.headers.get("content-type")?.includes("json") === true ? parseJson(reply.body) : reply.body;
        const taken = reply.status === 200;
        if (!taken) return { after: null, body: undefined, envelopeId, delivered: true, noRetry: reply.headers.has("x-slack-no-retry") };
        if (parcel.kind === "interactive" && parcel.payload["type"] === "block_actions" && reply.body !== "") world.breaches.push("http: the answer to a block action says something that nobody sees");
        return { after: reply.after, body: reply.body === "" ? undefined : body, envelopeId, delivered: true, noRetry: false };
      } catch {
        return { after: null, body: undefined, envelopeId, delivered: true, noRetry: false };
      }
    },
  };
  return {
    get carrier() {
      return target === undefined ? undefined : carrier;
    },
    useUrl(url) {
      target = url;
    },
    send,
    async replay() {
      if (last === undefined) throw new Error("nothing was sent yet");
      return post(last);
    },
    async verifyUrl() {
      const challenge = makeSecret(20);
      const reply = await post(signed(JSON.stringify({ token: workspace.verificationToken, challenge, type: "url_verification" }), "application/json", "right"));
      const answer = parseJson(reply.body);
      return reply.status === 200 && (reply.body === challenge || (typeof answer === "object" && answer !== null && "challenge" in answer && answer.challenge === challenge));
    },
    checkCertificate: () => post(signed(formOf({ ssl_check: "1", token: workspace.verificationToken }), "application/x-www-form-urlencoded", "missing")),
  };
}

function formOf(fields: Record<string, unknown>): string {
  return new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString();
}

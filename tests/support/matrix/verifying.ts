/** Verification by emoji, as a person does it: one asks in a room they share, the other answers, both compare. */
import type { MatrixClient } from "matrix-js-sdk";
import {
  type CryptoApi,
  CryptoEvent,
  type ShowSasCallbacks,
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
  type Verifier,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { soon } from "./patience.ts";

/** Looks at the seven emoji; false says that the other sees different ones. */
export type Compare = (emoji: readonly string[]) => boolean | Promise<boolean>;

const METHOD = "m.sas.v1";

/**
 * Asks a person in a room with them. Returns the emoji when both have confirmed and this client knows the other as verified; rejects when it is
 * cancelled, or not answered.
 */
export async function askToVerify(client: MatrixClient, crypto: CryptoApi, userId: string, roomId: string, compare: Compare): Promise<string[]> {
  // Downloads their identity: the request is addressed to it.
  if (!(await crypto.userHasCrossSigningKeys(userId, true))) throw new Error(`${userId} has no cross-signing keys to verify.`);
  const request = await crypto.requestVerificationDM(userId, roomId);
  await soon(`${userId} accepts to be verified`, reach(request, VerificationPhase.Ready));
  return finish(client, crypto, request, await request.startVerification(METHOD), compare);
}

/** Accepts the next request that comes, from whomever, and goes through it in the same way. */
export async function answerVerification(client: MatrixClient, crypto: CryptoApi, compare: Compare): Promise<string[]> {
  const request = await soon("somebody asks to verify", new Promise<VerificationRequest>((resolve) => client.once(CryptoEvent.VerificationRequestReceived, resolve)));
  await request.accept();
  await soon(`${request.otherUserId} starts to verify`, reach(request, VerificationPhase.Started));
  if (request.verifier === undefined) throw new Error("A started verification has no verifier.");
  return finish(client, crypto, request, request.verifier, compare);
}

async function finish(client: MatrixClient, crypto: CryptoApi, request: VerificationRequest, verifier: Verifier, compare: Compare): Promise<string[]> {
  let emoji: string[] = [];
  const show = async (callbacks: ShowSasCallbacks): Promise<void> => {
    emoji = (callbacks.sas.emoji ?? []).map(([sign]) => sign);
    if (await compare(emoji)) await callbacks.confirm();
    else callbacks.mismatch();
  };
  const shown = new Promise<ShowSasCallbacks>((resolve) => {
    verifier.once(VerifierEvent.ShowSas, resolve);
    // The other may have been faster than the answer to our own start.
    const already = verifier.getShowSasCallbacks();
    if (already !== null) resolve(already);
  });
  await soon("both see and confirm the emoji", Promise.all([verifier.verify(), shown.then(show)]));
  await soon("the verification is done", reach(request, VerificationPhase.Done));
  await soon(`${request.otherUserId} counts as verified`, beVerified(client, crypto, request.otherUserId));
  return emoji;
}

/** Our signature of them goes to the server and comes back before we know it ourselves. */
async function beVerified(client: MatrixClient, crypto: CryptoApi, userId: string): Promise<void> {
  const changed = new Promise<void>((resolve) => {
    const look = (changedId: string, status: { isCrossSigningVerified(): boolean }): void => {
      if (changedId !== userId || !status.isCrossSigningVerified()) return;
      client.off(CryptoEvent.UserTrustStatusChanged, look);
      resolve();
    };
    client.on(CryptoEvent.UserTrustStatusChanged, look);
  });
  if (!(await crypto.getUserVerificationStatus(userId)).isCrossSigningVerified()) await changed;
}

function reach(request: VerificationRequest, wanted: VerificationPhase): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const cancelled = request.phase === VerificationPhase.Cancelled;
      if (!cancelled && request.phase < wanted) return;
      request.off(VerificationRequestEvent.Change, look);
      if (cancelled) reject(new Error(`The verification was cancelled: ${request.cancellationCode}`));
      else resolve();
    };
    request.on(VerificationRequestEvent.Change, look);
    look();
  });
}

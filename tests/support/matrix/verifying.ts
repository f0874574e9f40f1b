/** Verification by emoji, as a person does it: one asks in a room they share, the other answers, both compare. */
import type { MatrixClient } from "matrix-js-sdk";
import {
  CryptoEvent,
  type CryptoApi,
  type ShowSasCallbacks,
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
  type Verifier,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";

/** Looks at the seven emoji; false says that the other sees different ones. */
export type Compare = (emoji: readonly string[]) => boolean | Promise<boolean>;

const LONGEST_MILLISECONDS = 30_000;
const METHOD = "m.sas.v1";

/** Asks a person in a room with them. Returns the emoji after both have confirmed; rejects when it is cancelled, or not answered. */
export async function askToVerify(crypto: CryptoApi, userId: string, roomId: string, compare: Compare): Promise<string[]> {
  // Downloads their identity: the request is addressed to it.
  if (!(await crypto.userHasCrossSigningKeys(userId, true))) throw new Error(`${userId} has no cross-signing keys to verify.`);
  const request = await crypto.requestVerificationDM(userId, roomId);
  await untilPhase(request, VerificationPhase.Ready);
  return finish(request, await request.startVerification(METHOD), compare);
}

/** Accepts the next request that comes, from whomever, and goes through it. */
export async function answerVerification(client: MatrixClient, compare: Compare): Promise<string[]> {
  const request = await nextRequest(client);
  await request.accept();
  await untilPhase(request, VerificationPhase.Started);
  if (request.verifier === undefined) throw new Error("A started verification has no verifier.");
  return finish(request, request.verifier, compare);
}

async function finish(request: VerificationRequest, verifier: Verifier, compare: Compare): Promise<string[]> {
  let emoji: string[] = [];
  const show = async (callbacks: ShowSasCallbacks): Promise<void> => {
    emoji = (callbacks.sas.emoji ?? []).map(([sign]) => sign);
    if (await compare(emoji)) await callbacks.confirm();
    else callbacks.mismatch();
  };
  const compared = new Promise<void>((resolve, reject) => {
    verifier.once(VerifierEvent.ShowSas, (callbacks) => void show(callbacks).then(resolve, reject));
  });
  await Promise.all([verifier.verify(), compared]);
  await untilPhase(request, VerificationPhase.Done);
  return emoji;
}

function nextRequest(client: MatrixClient): Promise<VerificationRequest> {
  return within("nobody asked", (resolve) => {
    client.once(CryptoEvent.VerificationRequestReceived, resolve);
    return () => client.off(CryptoEvent.VerificationRequestReceived, resolve);
  });
}

function untilPhase(request: VerificationRequest, wanted: VerificationPhase): Promise<void> {
  return within(`it stayed in phase ${request.phase}`, (resolve, reject) => {
    const look = (): void => {
      if (request.phase === VerificationPhase.Cancelled) reject(new Error(`The verification was cancelled: ${request.cancellationCode}`));
      else if (request.phase >= wanted) resolve();
    };
    request.on(VerificationRequestEvent.Change, look);
    look();
    return () => request.off(VerificationRequestEvent.Change, look);
  });
}

async function within<T>(otherwise: string, wait: (resolve: (value: T) => void, reject: (error: Error) => void) => () => void): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const stop = wait(resolve, reject);
  const timer = setTimeout(() => reject(new Error(`The verification took too long: ${otherwise}.`)), LONGEST_MILLISECONDS);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    stop();
  }
}

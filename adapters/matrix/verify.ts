/**
 * Verification by emoji. It proves something only if two people look: whoever asks, at their app, and the operator, at the terminal that this
 * window was opened from. So nobody is answered outside of a window, nor anybody but the one it was opened for.
 */
import type { Log } from "../../src/ports.ts";
import {
  CryptoEvent,
  type EmojiMapping,
  type MatrixClient,
  type ShowSasCallbacks,
  VerificationPhase,
  type VerificationRequest,
  VerificationRequestEvent,
  type Verifier,
  VerifierEvent,
} from "./sdk.ts";

export type VerificationWindow = {
  user: string;
  minutes: number;
  /** Seven emoji with their English names. Resolves to whether the operator says that they are the same on the other side. */
  show: (emoji: readonly EmojiMapping[]) => boolean | Promise<boolean>;
};
/** `expired`: nobody asked in time, or it was not finished. `refused`: the emoji were not the same. `cancelled`: by the other side. */
export type VerificationOutcome = "verified" | "refused" | "cancelled" | "expired";
export type OpenWindow = { outcome: Promise<VerificationOutcome>; close(): void };

const SAS = "m.sas.v1";

export function createVerification(client: MatrixClient, log: Log): { open(window: VerificationWindow): OpenWindow; close(): void } {
  let opened: { window: VerificationWindow; settle: (outcome: VerificationOutcome) => void; begun: boolean } | undefined;
  const onRequest = (request: VerificationRequest): void => {
    const current = opened;
    if (current === undefined || current.begun || request.initiatedByMe || request.otherUserId !== current.window.user) {
      log.warn("matrix.verification_refused");
      // Ours, to which another side of ours answers, is no business of a bot either.
      request.cancel().catch(() => undefined);
      return;
    }
    current.begun = true;
    conduct(request, current.window).then(current.settle, () => current.settle("cancelled"));
  };
  client.on(CryptoEvent.VerificationRequestReceived, onRequest);
  return {
    open(window) {
      opened?.settle("expired");
      const { promise, resolve } = Promise.withResolvers<VerificationOutcome>();
      const timer = setTimeout(() => settle("expired"), window.minutes * 60_000);
      const settle = (outcome: VerificationOutcome): void => {
        clearTimeout(timer);
        if (opened?.window === window) opened = undefined;
        resolve(outcome);
      };
      opened = { window, settle, begun: false };
      log.info("matrix.verification_open", { minutes: window.minutes });
      return { outcome: promise, close: () => settle("expired") };
    },
    close() {
      opened?.settle("expired");
      client.off(CryptoEvent.VerificationRequestReceived, onRequest);
    },
  };
}

async function conduct(request: VerificationRequest, window: VerificationWindow): Promise<VerificationOutcome> {
  if (request.phase === VerificationPhase.Requested) await request.accept();
  const verifier = await startedBy(request);
  if (verifier === undefined) return "cancelled";
  let matched: boolean | undefined;
  verifier.on(VerifierEvent.ShowSas, (sas) => {
    void compare(sas, window).then((same) => (matched = same));
  });
  try {
    await verifier.verify();
    return "verified";
  } catch {
    return matched === false ? "refused" : "cancelled";
  }
}

/** Waits for the other side to choose the method. */
function startedBy(request: VerificationRequest): Promise<Verifier | undefined> {
  return new Promise((resolve) => {
    const look = (): void => {
      const { phase, verifier } = request;
      if (phase === VerificationPhase.Started && verifier !== undefined && request.chosenMethod === SAS) return finish(verifier);
      if (phase === VerificationPhase.Cancelled || phase === VerificationPhase.Done) finish(undefined);
    };
    const finish = (found: Verifier | undefined): void => {
      request.off(VerificationRequestEvent.Change, look);
      resolve(found);
    };
    request.on(VerificationRequestEvent.Change, look);
    look();
  });
}

async function compare(sas: ShowSasCallbacks, { show }: VerificationWindow): Promise<boolean> {
  const same = await Promise.resolve(show(sas.sas.emoji ?? [])).catch(() => false);
  if (same) await sas.confirm();
  else sas.mismatch();
  return same;
}

/** `matrix recover` and `matrix verify`: what the operator does with the account's device at the terminal, while no server runs. */
import { createInterface } from "node:readline";
import type { EmojiMapping } from "matrix-js-sdk/lib/crypto-api/index.js";
import type { Say } from "../../src/i18n.ts";
import { OperatorError } from "../../src/operator-error.ts";
import { safeForTerminal } from "../console/safe.ts";
import type { MatrixClientOptions } from "./account.ts";
import { openMatrixClient, type OpenedClient } from "./client.ts";
import { matrixPaths } from "./files.ts";
import { recoverMatrix } from "./recover.ts";
import { KnownMembership, type Room, RoomEvent } from "./sdk.ts";

/** Long enough to find the right button in any app. */
const WINDOW_MINUTES = 10;

export type MatrixVerbOptions = MatrixClientOptions & {
  say: Say;
  write(text: string): void;
  /** Where the operator answers. */
  input: NodeJS.ReadableStream;
};

/** A new device with the recovery key, because the old one's keys are lost or old. Throws `OperatorError`. */
export async function runRecover(options: MatrixVerbOptions): Promise<boolean> {
  const { say, write, account, folder } = options;
  const device = await recoverMatrix(options);
  try {
    write(`${say("console.matrix.recovered", { device: device.deviceId, fingerprint: device.fingerprint })}\n`);
    if (account.recoveryKey === undefined) write(`${say("console.doctor.matrix.recovery", { file: matrixPaths(folder).recoveryKey })}\n`);
    write(`\n${say("console.setup.start")}\n   npm start\n`);
    return true;
  } finally {
    await device.stop();
  }
}

/** Answers the verification of one person, once, within a time; both compare seven emoji. Throws `OperatorError`. */
export async function runVerify(user: string | undefined, options: MatrixVerbOptions): Promise<boolean> {
  const { say, write, account } = options;
  if (user === undefined || !/^@[^\s:]+:\S+$/.test(user)) throw new OperatorError("matrix_user_wrong");
  const device = await openMatrixClient(options);
  const lines = createInterface({ input: options.input });
  try {
    const { outcome } = device.openVerification({ user, minutes: WINDOW_MINUTES, show: (emoji) => compare(emoji, lines, options) });
    acceptConversation(device, user);
    await device.start();
    write(`${say("console.matrix.verify", { user: safeForTerminal(user), account: account.userId, minutes: WINDOW_MINUTES })}\n`);
    write(`${say("console.matrix.fingerprint", { device: device.deviceId, fingerprint: device.fingerprint })}\n`);
    const result = await outcome;
    write(`\n${say(`console.matrix.outcome.${result}`)}\n`);
    return result === "verified";
  } finally {
    lines.close();
    await device.stop();
  }
}

/** Apps verify inside a conversation with the person, and where there is none they begin one. Only this person's is joined. */
function acceptConversation({ client, userId }: OpenedClient, user: string): void {
  const look = (room: Room): void => {
    if (room.getMyMembership() !== KnownMembership.Invite || room.getMember(userId)?.events.member?.getSender() !== user) return;
    // Where it does not work, the person sees the invitation wait, and the window closes by itself.
    client.joinRoom(room.roomId).catch(() => undefined);
  };
  client.on(RoomEvent.MyMembership, look);
}

async function compare(emoji: readonly EmojiMapping[], lines: ReturnType<typeof createInterface>, { say, write }: MatrixVerbOptions): Promise<boolean> {
  write(`\n${say("console.matrix.emoji")}\n\n`);
  for (const [sign, name] of emoji) write(`   ${sign}  ${name}\n`);
  write(`\n${say("console.matrix.same", { yes: YES, no: NO })}\n`);
  const answer = await nextLine(lines);
  return answer === YES;
}

/** The same in every language, like verbs and options. */
const YES = "yes";
const NO = "no";

/** The next that is one of the two; the end of the input is a no. */
function nextLine(lines: ReturnType<typeof createInterface>): Promise<string> {
  return new Promise((resolve) => {
    lines.once("close", () => resolve(NO));
    lines.on("line", (line) => {
      const word = line.trim().toLowerCase();
      if (word === YES || word === NO) resolve(word);
    });
  });
}

/** The child process that the independent people live in: orders and answers as JSON lines. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { type HeardEvent, readMegolmIndex } from "./heard.ts";
import { installMatrix } from "./install.ts";

export interface Answered {
  value: unknown;
  /** What the person received meanwhile. An event comes again when it can be read later than it came. */
  heard: HeardEvent[];
}

export interface Orders {
  /** Rejects when the order fails, or is not answered in time. What was heard is told to `hear` either way. */
  give(person: string, url: string, what: Order, hear: (events: HeardEvent[]) => void): Promise<unknown>;
  close(): Promise<void>;
}

/** The method of `Person` in `human.py` and its arguments, by their names there. */
export type Order = { do: string } & Record<string, unknown>;

const HUMAN = path.join(import.meta.dirname, "human.py");
const LONGEST_ORDER_MILLISECONDS = 60_000;

const heardLine = z.object({
  eventId: z.string(),
  roomId: z.string(),
  sender: z.string(),
  type: z.string(),
  sentAt: z.number(),
  content: z.record(z.string(), z.unknown()),
  encrypted: z.boolean(),
  readable: z.boolean(),
  problem: z.string().nullable(),
  wire: z.looseObject({ ciphertext: z.unknown(), session_id: z.unknown(), device_id: z.unknown() }).partial(),
  transactionId: z.string().nullable(),
  stateKey: z.string().nullable(),
  redacts: z.string().nullable(),
  redacted: z.boolean(),
});
const answerLine = z.object({ id: z.number(), value: z.unknown(), error: z.string().optional(), heard: z.array(heardLine) });
type AnswerLine = z.infer<typeof answerLine>;

const alive = new Set<ChildProcessWithoutNullStreams>();
process.on("exit", () => {
  for (const child of alive) child.kill("SIGKILL");
});

export async function startOrders(): Promise<Orders> {
  const python = await installMatrix();
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(python, ["-W", "ignore", HUMAN], { env: { PATH, HOME, PYTHONUTF8: "1" }, stdio: ["pipe", "pipe", "pipe"] });
  alive.add(child);
  const waiting = new Map<number, { answer: (line: AnswerLine) => void; fail: (error: Error) => void }>();
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => void (complaints += text));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const parsed = answerLine.parse(JSON.parse(line));
    waiting.get(parsed.id)?.answer(parsed);
  });
  // Orders to a process that has ended are rejected below.
  child.stdin.on("error", () => {});
  let over = false;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      alive.delete(child);
      over = true;
      for (const { fail } of waiting.values()) fail(new Error(`The people's process has ended: ${complaints}`));
      resolve();
    };
    child.once("close", end);
    child.once("error", end);
  });
  let last = 0;
  return {
    async give(person, url, what, hear) {
      if (over) throw new Error(`The people's process has ended: ${complaints}`);
      const id = (last += 1);
      const answered = new Promise<AnswerLine>((answer, fail) => void waiting.set(id, { answer, fail }));
      child.stdin.write(`${JSON.stringify({ ...what, id, as: person, url })}\n`);
      const timer = setTimeout(
        () => waiting.get(id)?.fail(new Error(`${person} did not finish "${what.do}" in ${LONGEST_ORDER_MILLISECONDS} ms. ${complaints}`)),
        LONGEST_ORDER_MILLISECONDS,
      );
      try {
        const line = await answered;
        hear(line.heard.map(toHeardEvent));
        if (line.error !== undefined) throw new Error(`${person} could not ${what.do}: ${line.error}`);
        return line.value;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
    async close() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

function toHeardEvent({ wire, ...line }: z.infer<typeof heardLine>): HeardEvent {
  const index = typeof wire.ciphertext === "string" ? readMegolmIndex(wire.ciphertext) : undefined;
  const device = typeof wire.device_id === "string" ? wire.device_id : undefined;
  return {
    ...line,
    problem: line.problem ?? undefined,
    transactionId: line.transactionId ?? undefined,
    stateKey: line.stateKey ?? undefined,
    redacts: line.redacts ?? undefined,
    visibleNames: Object.keys(wire),
    megolm: index === undefined || typeof wire.session_id !== "string" ? undefined : { session: wire.session_id, index, device },
  };
}

/**
 * What may happen to the posts of one channel, in any order: posted, changed, answered, taken away by us or by somebody else, the program killed and begun anew,
 * answers lost, cut and limited. In the end each post stands once, whole, with its newest words and in its order. The core is played by its rules:
 * a repeat is exact, what was surely not done is drawn anew, and posts go before edits.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawPages } from "../../../adapters/slack/draw/pages.ts";
import type { Outgoing } from "../../../adapters/slack/outgoing.ts";
import { ChatError } from "../../../src/errors.ts";
import type { Instant, Message } from "../../../src/message.ts";
import type { Ref } from "../../../src/ports.ts";
import type { Fault } from "../../support/slack/double.ts";
import { longNote, openStage, type Stage } from "./outgoing-fixture.ts";

type Row = {
  id: string;
  replyTo: Row | undefined;
  /** Its newest words; undefined: it is to go. */
  message: Message | undefined;
  wanted: number;
  state: "pending" | "sending" | "stale" | "standing" | "removing" | "removed";
  sending: { revision: number; message: Message; since: Instant } | undefined;
  reference: Ref | undefined;
  dueAt: Instant;
  failing: boolean;
  /** It was posted again after what stood was gone, so it stands behind later ones. */
  again: boolean;
  /** Somebody has removed a page of it. It is noticed with the next edit. */
  harmed: boolean;
};

const METHODS = ["chat.postMessage", "chat.update", "chat.delete", "conversations.history", "conversations.replies"] as const;
/** How a call goes wrong. `passed`: that many calls of the method go well before it. */
type Mishap = { method: (typeof METHODS)[number]; fault: Fault; passed: number };
type Act =
  | { act: "post"; size: number; replyTo: number }
  | { act: "change"; which: number; size: number }
  | { act: "remove"; which: number }
  | { act: "deliver"; mishap: Mishap | undefined; killed: boolean }
  | { act: "harm"; which: number }
  | { act: "wait"; milliseconds: number };

const fault: fc.Arbitrary<Fault> = fc.constantFrom<Fault>(
  { kind: "reset", effective: true }, { kind: "reset" }, { kind: "cut" }, { kind: "http", status: 500, effective: true }, { kind: "http", status: 503 },
  { kind: "error", code: "fatal_error", effective: true }, { kind: "error", code: "internal_error" }, { kind: "limited", seconds: 2 },
);
const mishap: fc.Arbitrary<Mishap> = fc.record({ method: fc.constantFrom(...METHODS), fault, passed: fc.integer({ min: 0, max: 2 }) });
/** 0: nothing but a title. More: so many posts, nearly. */
const size = fc.constantFrom(0, 0, 1, 1, 2, 3);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant("post" as const), size, replyTo: fc.integer({ min: -4, max: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("change" as const), which: fc.nat(9), size }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("remove" as const), which: fc.nat(9) }) },
  { weight: 8, arbitrary: fc.record({ act: fc.constant("deliver" as const), mishap: fc.option(mishap, { nil: undefined }), killed: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("harm" as const), which: fc.nat(12) }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("wait" as const), milliseconds: fc.constantFrom(10, 900, 2_500, 20_000, 600_000) }) },
);

const WAITING: readonly Row["state"][] = ["pending", "sending", "stale", "removing"];

function words(id: string, revision: number, size: number): Message {
  const title = `${id} in words ${revision}`;
  if (size === 0) return { language: "en", tone: "plain", title: [title], blocks: [], actions: [{ label: "Take", command: "take upr55-phl" }] };
  return size === 1 ? { language: "en", tone: "plain", title: [title], blocks: [{ text: [`What ${title} says.`] }], actions: [] } : longNote(title, size - 1);
}

async function live(stage: Stage, acts: readonly Act[]): Promise<Row[]> {
  const { clock, room, double } = stage;
  const rows: Row[] = [];
  let outgoing = stage.outgoing;
  let pausedUntil: Instant = 0;

  const next = (): Row | undefined => {
    const underway = rows.find(({ state }) => state === "sending");
    if (underway !== undefined) return underway;
    const unsent = rows.filter(({ state }) => state === "pending");
    const failing = unsent.findIndex((row) => row.failing);
    const open = [...(failing < 0 ? unsent : unsent.slice(0, failing + 1)), ...rows.filter(({ state }) => state === "stale" || state === "removing")];
    return open.find(({ dueAt }) => dueAt <= clock.now()) ?? open.toSorted((one, other) => one.dueAt - other.dueAt)[0];
  };

  /** One call, with what comes of it. `killed`: the program ends before it can write that down. */
  async function deliver(wrong: Mishap | undefined, killed: boolean): Promise<boolean> {
    const row = next();
    if (row === undefined) return false;
    clock.set(Math.max(clock.now(), row.dueAt, pausedUntil));
    const isRepeat = row.state === "sending";
    if (row.state === "pending" || row.state === "stale") {
      if (row.message === undefined) throw new Error("nothing to say");
      row.sending = { revision: row.wanted, message: row.message, since: clock.now() };
      row.state = "sending";
    }
    let calls = 0;
    if (wrong !== undefined) double.faults.next(wrong.method, wrong.fault, () => (calls += 1) > wrong.passed);
    const failure = await perform(outgoing, row, isRepeat).then(
      (reference) => ({ reference }),
      (error: unknown) => error,
    );
    double.faults.clear();
    if (killed) {
      outgoing.stop();
      outgoing = await stage.restart();
    } else record(row, failure, isRepeat);
    return true;
  }

  async function perform(chat: Outgoing, { state, reference, sending, id, replyTo }: Row, isRepeat: boolean): Promise<Ref | undefined> {
    if (state === "removing") {
      if (reference !== undefined) await chat.remove(reference);
      return reference;
    }
    if (sending === undefined) throw new Error("nothing on its way");
    const key = `${id}:${sending.revision}`;
    if (reference !== undefined) {
      await chat.edit(reference, sending.message, key);
      return reference;
    }
    return chat.send(room, sending.message, key, { ...(replyTo?.reference === undefined ? {} : { replyTo: replyTo.reference }), ...(isRepeat ? { repeatOf: sending.since } : {}) });
  }

  function record(row: Row, outcome: unknown, isRepeat: boolean): void {
    if (typeof outcome === "object" && outcome !== null && "reference" in outcome) {
      const { reference } = outcome as { reference: Ref | undefined }; // made in `deliver`
      if (row.state === "removing") row.state = "removed";
      else row.state = row.message === undefined ? "removing" : row.wanted > (row.sending?.revision ?? 0) ? "stale" : "standing";
      Object.assign(row, { reference, sending: undefined, dueAt: 0, failing: false });
      return;
    }
    if (!(outcome instanceof ChatError)) throw outcome;
    if (outcome.code === "gone" && row.reference !== undefined) {
      Object.assign(row, { reference: undefined, sending: undefined, dueAt: 0, failing: false, again: true, harmed: false });
      row.state = row.message === undefined || row.state === "removing" ? "removed" : "pending";
      row.wanted += 1;
      return;
    }
    if (outcome.code !== "later" && outcome.code !== "unsure") throw outcome;
    const sure = outcome.code === "later" && !isRepeat;
    if (row.state !== "removing" && sure) {
      row.state = row.message === undefined ? (row.reference === undefined ? "removed" : "removing") : row.reference === undefined ? "pending" : "stale";
      row.sending = undefined;
    }
    const isAlone = outcome.code === "later" && outcome.scope === "post";
    row.failing ||= !isAlone;
    row.dueAt = clock.now() + (outcome.afterMilliseconds ?? 1_000);
    if (outcome.afterMilliseconds !== undefined && !isAlone) pausedUntil = row.dueAt;
  }

  for (const each of acts) {
    if (each.act === "wait") clock.advance(each.milliseconds);
    else if (each.act === "harm") {
      const post = stage.standing()[each.which];
      // Of what is not known to stand, the rest would be left: nobody can tell where it is once its first page is gone.
      const row = rows.find(({ reference }) => post !== undefined && reference?.includes(post.ts) === true);
      if (post === undefined || row === undefined) continue;
      stage.workspace.deletePost(post);
      row.harmed = true;
    } else if (each.act === "deliver") await deliver(each.mishap, each.killed);
    else if (each.act === "post") {
      const id = `post-${rows.length}`;
      rows.push({ id, replyTo: rows[each.replyTo], message: words(id, 1, each.size), wanted: 1, state: "pending", sending: undefined, reference: undefined, dueAt: 0, failing: false, again: false, harmed: false });
    } else {
      const row = rows[each.which];
      if (row?.message === undefined) continue;
      row.wanted += 1;
      row.message = each.act === "change" ? words(row.id, row.wanted, each.size) : undefined;
      if (each.act === "change" && row.state === "standing") row.state = "stale";
      if (each.act === "remove" && row.state !== "sending") row.state = row.reference === undefined ? "removed" : "removing";
    }
  }
  for (let left = 300; left > 0 && (await deliver(undefined, false)); left -= 1);
  expect(rows.filter(({ state }) => WAITING.includes(state))).toEqual([]);
  return rows;
}

/** What is wrong with the posts that stand. */
function judge(stage: Stage, rows: readonly Row[]): string[] {
  const standing = stage.standing();
  const wrong: string[] = [];
  const known = new Set<string>();
  for (const { id, message, reference, harmed } of rows) {
    if (message === undefined) continue;
    const pages = drawPages(message);
    const stamps = reference?.split("/")[2]?.split("+") ?? [];
    for (const [number, page] of pages.entries()) {
      const post = standing.find(({ ts }) => ts === stamps[number]);
      if (post === undefined && harmed) continue;
      if (post === undefined) wrong.push(`${id}: page ${number} does not stand`);
      else if (post.text !== page.text || !JSON.stringify(post.blocks).includes(JSON.stringify(page.blocks.at(-1)).slice(1, -1))) wrong.push(`${id}: page ${number} has old words`);
      // The rest stands in the thread of the first, or in the channel where that thread is no more.
      const [first] = stamps.map((stamp) => standing.find(({ ts }) => ts === stamp));
      const thread = first?.thread_ts ?? first?.ts;
      const isKept = standing.some(({ ts }) => ts === thread);
      if (number > 0 && isKept && post?.thread_ts !== thread) wrong.push(`${id}: page ${number} stands in another thread`);
      if (post?.metadata?.event_payload["page"] !== number) wrong.push(`${id}: page ${number} is numbered ${String(post?.metadata?.event_payload["page"])}`);
      known.add(stamps[number] ?? "");
    }
  }
  for (const { ts, metadata } of standing) if (!known.has(ts)) wrong.push(`${String(metadata?.event_payload["key"])}, page ${String(metadata?.event_payload["page"])}: stands and should not`);
  const order = rows.filter(({ message, again }) => message !== undefined && !again).map(({ reference }) => Number(reference?.split("/")[2]?.split("+")[0]));
  if (order.some((at, place) => at <= (order[place - 1] ?? 0))) wrong.push(`out of order: ${order.join(" ")}`);
  return wrong;
}

describe("the posts of a channel", () => {
  it("stand once each, in order and with their newest words, whatever happens on the way", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 60 }), async (acts) => {
        const stage = await openStage({ double: { times: { historyLagMilliseconds: 2_000 } }, rules: { postMilliseconds: 0 } });
        try {
          const rows = await live(stage, acts);
          expect(judge(stage, rows)).toEqual([]);
          expect(stage.double.breaches).toEqual([]);
        } finally {
          await stage.close();
        }
      }),
      { seed: 20261121, numRuns: 60 },
    );
  }, 120_000);
});

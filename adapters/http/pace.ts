/** At most one request at a time to a host, and a breath between two, so that a site is never hurried. */
import { setTimeout as sleep } from "node:timers/promises";

export type Pace = <T>(host: string, run: () => Promise<T>) => Promise<T>;

type Turn = { last: Promise<unknown>; waiting: number; freeAt: number };
/** Hosts beyond which those at rest are forgotten. */
const REMEMBERED = 4_000;

export function createPace(betweenMilliseconds: number): Pace {
  const turns = new Map<string, Turn>();
  return async (host, run) => {
    if (turns.size > REMEMBERED) forgetResting(turns);
    const turn = turns.get(host) ?? { last: Promise.resolve(), waiting: 0, freeAt: 0 };
    turns.set(host, turn);
    const isFree = turn.waiting === 0 && turn.freeAt <= performance.now();
    turn.waiting += 1;
    const mine = isFree ? run() : afterBreath(turn, run);
    // The next one waits for this one, however it ended.
    turn.last = mine.then(
      () => rest(turn, betweenMilliseconds),
      () => rest(turn, betweenMilliseconds),
    );
    return mine;
  };
}

async function afterBreath<T>(turn: Turn, run: () => Promise<T>): Promise<T> {
  await turn.last;
  const breath = turn.freeAt - performance.now();
  if (breath > 0) await sleep(breath, undefined, { ref: false });
  return run();
}

function rest(turn: Turn, betweenMilliseconds: number): void {
  turn.waiting -= 1;
  turn.freeAt = performance.now() + betweenMilliseconds;
}

function forgetResting(turns: Map<string, Turn>): void {
  const now = performance.now();
  for (const [host, turn] of turns) if (turn.waiting === 0 && turn.freeAt <= now) turns.delete(host);
}

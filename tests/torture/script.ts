/**
 * What the victim does by itself, step by step and the same each time, so that afterwards everybody knows what must have come of it.
 * Each lane is done in order; the lanes run beside each other.
 */
import type { RoomAddress } from "../../src/ports.ts";

export const LANES = ["calls", "dates"] as const;
export type Lane = (typeof LANES)[number];
export type Progress = Record<Lane, number>;

export type Step = {
  /** The same whenever the step is repeated, as the id of a redelivered event is. */
  key: string;
  room: RoomAddress;
  command: string;
  line: string;
  body?: string;
  coordinator: boolean;
  /** Only rehearses at first; then the button that sends is pressed. */
  pressed: boolean;
};

/** The clock of the episodes begins here and runs much faster: shortly before nine in Bangkok, a fortnight before the statements are due. */
export const BEGINNING = Date.parse("2027-01-27T01:57:00Z");
export const DEADLINE = "hrc-64-written-statement";
export const NETWORKS = ["anpud", "enpud", "euronpud", "lanpud", "menanpud", "nanpud", "africanpud", "oceania", "inwud"] as const;
/** Beside the shipped rooms; ten more on Bangkok's clock, in different languages. */
export const MORE_ROOMS = Array.from({ length: 10 }, (_, index): RoomAddress => `web:more-${index}`);

/** It is day in these for as long as an episode lasts. */
export const AWAKE_ROOMS: readonly RoomAddress[] = ["web:anpud", ...MORE_ROOMS];

/** So many that a call's first answers show as an edit while more of them come. */
const STEPS_A_CALL = 80;
/** Of every ten answers, one comes from an organisation that has answered before. */
const SAYS_IT_AGAIN = 10;
const STEPS_A_MOVE = 30;

const roomOf = (network: string): RoomAddress => `web:${network}`;
const networkAt = (index: number): string => NETWORKS[index % NETWORKS.length] ?? "anpud";

export function callTitle(index: number): string {
  return `Call ${Math.floor(index / STEPS_A_CALL)}`;
}

/** `{call}` in a line stands for the id of the call with the title of this step. */
export function stepOf(lane: Lane, index: number): Step {
  const step = lane === "calls" ? callStep(index) : dateStep(index);
  return { key: `${lane} ${index}`, coordinator: false, pressed: false, ...step };
}

type Draft = Partial<Step> & Pick<Step, "room" | "command" | "line">;

function callStep(index: number): Draft {
  const place = index % STEPS_A_CALL;
  const room = roomOf("coordination");
  if (place === 0) {
    const line = `call new sign-on --title "${callTitle(index)}" --until 2027-03-01`;
    return { room, command: "call new", line, body: "We ask for a seat at the table.", coordinator: true };
  }
  if (place === 1) return { room, command: "call publish", line: "call publish {call}", coordinator: true, pressed: true };
  return { room: roomOf(networkAt(index)), command: "call support", line: `call support {call} "Organisation ${organisationAt(index)}"` };
}

function organisationAt(index: number): number {
  return index % SAYS_IT_AGAIN === SAYS_IT_AGAIN - 1 ? index - 1 : index;
}

function dateStep(index: number): Draft {
  if (isMove(index)) {
    const line = `deadline move ${DEADLINE} 2027-02-10 --time ${timeOfMove(index)}`;
    return { room: roomOf("coordination"), command: "deadline move", line, coordinator: true, pressed: true };
  }
  const command = isTake(index) ? "take" : "release";
  return { room: roomOf(networkAt(index)), command, line: `${command} ${DEADLINE}` };
}

const isMove = (index: number): boolean => index % STEPS_A_MOVE === STEPS_A_MOVE - 1;
const isTake = (index: number): boolean => Math.floor(index / NETWORKS.length) % 2 === 0;

/** A minute of its own for each move. */
function timeOfMove(index: number): string {
  const minutes = 8 * 60 + Math.floor(index / STEPS_A_MOVE);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** What the steps before `progress` must have come to, each done exactly once. */
export type Effects = {
  /** Organisations by title of the call. */
  answers: Record<string, number>;
  /** Networks that hold the deadline now. */
  takings: string[];
  /** The times of day the deadline was moved to, in order. */
  moves: string[];
  /** Entries of the audit by command. */
  audit: Record<string, number>;
  keys: string[];
};

export function effectsOf(progress: Progress): Effects {
  const answers = new Map<string, Set<number>>();
  const takings = new Set<string>();
  const moves: string[] = [];
  const audit: Record<string, number> = {};
  const keys: string[] = [];
  for (const lane of LANES) {
    for (let index = 0; index < progress[lane]; index += 1) {
      const step = stepOf(lane, index);
      keys.push(step.key);
      audit[step.command] = (audit[step.command] ?? 0) + 1;
      if (step.command === "call support") {
        const title = callTitle(index);
        answers.set(title, (answers.get(title) ?? new Set()).add(organisationAt(index)));
      }
      if (step.command === "take") takings.add(networkAt(index));
      if (step.command === "release") takings.delete(networkAt(index));
      if (step.command === "deadline move") moves.push(timeOfMove(index));
    }
  }
  return {
    answers: Object.fromEntries([...answers].map(([title, organisations]) => [title, organisations.size])),
    takings: [...takings].sort(),
    moves,
    audit,
    keys: keys.sort(),
  };
}

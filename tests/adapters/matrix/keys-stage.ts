/** A homeserver, a room with a person in it whose devices are signed, and the bot's client in a process that can be killed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import type { Account } from "../../support/matrix/accounts.ts";
import { openHomeserver, type Homeserver } from "../../support/matrix/homeserver.ts";
import { type Human, openPeople, type People } from "../../support/matrix/human.ts";
import { openSignedHuman, type SignedHuman } from "../../support/matrix/signed-human.ts";
import { type Child, startProcess } from "../../support/processes.ts";

export interface Stage {
  readonly server: Homeserver;
  readonly people: People;
  readonly person: Account;
  /** The person's first device, which signs the others. */
  readonly owner: SignedHuman;
  /** Everything temporary lies in it. */
  readonly folder: string;
  /** A new account for a bot, with a data folder of its own. */
  hire(name: string): Promise<Bot>;
  /** Another device of the person, signed by the first. */
  device(): Promise<Human>;
  close(): Promise<void>;
}

export interface Bot {
  readonly account: Account;
  readonly folder: string;
  /** Starts its client; `choices` as `keys-victim.ts` takes them. */
  run(choices?: Record<string, unknown>): Victim;
  /** The person's room with it, encrypted; the bot joins as soon as it runs. `encryption`: what the room says of it besides the algorithm. */
  meet(encryption?: Record<string, unknown>): Promise<string>;
}

const said = z.looseObject({ what: z.string() });
const opening = z.object({ deviceId: z.string(), fingerprint: z.string(), isNew: z.boolean() });

export interface Victim {
  readonly child: Child;
  opened(): Promise<z.infer<typeof opening>>;
  synced(): Promise<void>;
  order(order: Record<string, unknown>): void;
  /** The event's id, once the homeserver has it. */
  send(room: string, body: string, transactionId: string, die?: boolean): Promise<string>;
  /** The text of an event; undefined when it stays unreadable. */
  look(room: string, event: string): Promise<string | undefined>;
  /** The first line of that kind, said already or still to come. */
  says(what: string, having?: string): Promise<Record<string, unknown>>;
  /** Ends it in order. */
  stop(): Promise<void>;
}

const PASSWORD_OF: (account: Account) => Record<string, unknown> = ({ userId, password }) => ({ userId, password });

export async function openStage(): Promise<Stage> {
  const server = await openHomeserver();
  const folder = mkdtempSync(path.join(tmpdir(), "clarion-keys-"));
  const people = await openPeople(server.url);
  const person = await server.register("person");
  const owner = await openSignedHuman(server.url, person);
  return {
    server,
    people,
    person,
    owner,
    folder,
    async hire(name) {
      const account = await server.register(name);
      const home = mkdtempSync(path.join(folder, "home-"));
      return {
        account,
        folder: home,
        run: (choices = {}) => watch(startVictim({ url: server.url, ...PASSWORD_OF(account), folder: home, ...choices })),
        meet: (encryption = {}) => owner.createRoom({ invite: [account.userId], encryption }),
      };
    },
    async device() {
      const device = await people.login(person);
      await device.uploadKeys();
      await owner.signDevice(device.deviceId);
      return device;
    },
    async close() {
      await owner.close();
      await people.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function startVictim(options: Record<string, unknown>): Child {
  return startProcess(new URL("keys-victim.ts", import.meta.url), [JSON.stringify(options)]);
}

function watch(child: Child): Victim {
  const order = (what: Record<string, unknown>): void => child.write(`${JSON.stringify(what)}\n`);
  const says = async (what: string, having = ""): Promise<Record<string, unknown>> => {
    const wanted = new RegExp(`^\\{"what":"${what}".*${having.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}`);
    return said.parse(JSON.parse(await child.line(wanted)));
  };
  return {
    child,
    order,
    says,
    opened: async () => opening.parse(await says("opened")),
    synced: async () => void (await says("synced")),
    async send(room, body, transactionId, die = false) {
      const before = count(child, "sent");
      order({ do: "send", room, body, transactionId, die });
      return z.string().parse((await nth(child, "sent", before))["event"]);
    },
    async look(room, event) {
      order({ do: "look", room, event });
      return z.string().nullable().parse((await says("looked", event))["body"]) ?? undefined;
    },
    async stop() {
      order({ do: "stop" });
      await says("stopped");
      // Left to itself it would end too, but only when the library's last timer, up to ten seconds, has run out.
      await child.kill();
    },
  };
}

const isOf = (line: string, what: string): boolean => line.startsWith(`{"what":"${what}"`);

function count(child: Child, what: string): number {
  return child.lines.filter((line) => isOf(line, what)).length;
}

/** The line of that kind after so many others. */
async function nth(child: Child, what: string, before: number): Promise<Record<string, unknown>> {
  for (;;) {
    const found = child.lines.filter((line) => isOf(line, what))[before];
    if (found !== undefined) return said.parse(JSON.parse(found));
    const over = await Promise.race([child.ended.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, 10, false))]);
    if (over && count(child, what) <= before) throw new Error(`The process ended without saying it:\n${child.lines.join("\n")}`);
  }
}

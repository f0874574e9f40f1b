import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RoomAddress } from "../../src/ports.ts";
import { describeChat, HOSTILE_TEXTS, plainMessage } from "../contract/chat.suite.ts";
import { elementsOf, postsOf, textOf } from "../support/html.ts";
import { openFileStore } from "../support/store.ts";
import { composed, formsOf, get, openLine, post } from "./web-browse.ts";
import { HOSTILE, openWebFixture, WRITTEN_STATEMENT, type WebFixture } from "./web-fixture.ts";

/** Elements and attributes that only words of ours can bring about. */
const OWN_ELEMENTS = new Set(
  "article p h2 h3 span div dl dt dd ul li table thead tbody tr th td blockquote s strong code bdi time a small progress form input button figure figcaption".split(" "),
);

function activeIn(html: string): string[] {
  const found: string[] = [];
  for (const { name, attributes } of elementsOf(html)) {
    if (!OWN_ELEMENTS.has(name)) found.push(`<${name}>`);
    for (const [attribute, value] of Object.entries(attributes)) {
      if (/^on|^style$|^srcdoc$/.test(attribute)) found.push(`${name} ${attribute}`);
      if (attribute === "href" && !value.startsWith("https://") && !value.startsWith("/room/")) found.push(`${name} ${value}`);
    }
  }
  if (/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u.test(html)) found.push("control character");
  return found;
}

const pathOf = (room: RoomAddress): string => `/room/${room.slice("web:".length)}`;

describeChat("the page", async () => {
  const fixture = await openWebFixture();
  const { chat } = fixture;
  const standing = async (room: RoomAddress): Promise<string[]> => postsOf((await get(chat, pathOf(room))).text);
  return {
    chat,
    room: "web:anpud",
    other: "web:coordination",
    read: async (room) => (await standing(room)).map(textOf),
    findActive: async (room) => (await standing(room)).flatMap(activeIn),
    async openAsker(room) {
      const page = (await get(chat, pathOf(room))).text;
      const token = elementsOf(page).find(({ name }) => name === "body")?.attributes["data-page"] ?? "";
      const line = await openLine(chat, `${pathOf(room)}/events?page=${token}`);
      const heard = async (): Promise<string[]> => {
        // A post that reaches every open page marks the moment until which a whisper would have come.
        const ref = await chat.send(room, plainMessage("Marker"), `marker-${token}-${line.events.length}`);
        await line.until((events) => events.some(({ event, data }) => event === "post" && data.includes(ref)));
        await chat.remove(ref);
        return line.events.filter(({ event }) => event === "whisper").map(({ data }) => textOf(String(JSON.parse(data).html)));
      };
      return { asker: { room, token }, heard };
    },
    dispose: () => fixture.close(),
  };
});

describe("the page", () => {
  let fixture: WebFixture;
  let chat: WebFixture["chat"];
  beforeEach(async () => {
    fixture = await openWebFixture();
    ({ chat } = fixture);
  });
  afterEach(() => fixture.close());

  describe("in its rooms", () => {
    it("opens the first room, lists the others, and says in its title nothing about the work", async () => {
      const start = await get(chat, "/");
      expect([start.status, start.headers.get("location")]).toEqual([303, "/room/anpud"]);
      const { text } = await get(chat, "/room/anpud");
      expect(elementsOf(text).find(({ name }) => name === "title")?.text).toBe("Clarion");
      const links = elementsOf(text).flatMap(({ name, attributes }) => (name === "a" ? [attributes["href"]] : []));
      expect(links).toEqual(expect.arrayContaining(["/room/anpud", "/room/enpud", "/room/menanpud", "/room/coordination"]));
    });

    it("says so when there is no such room or page", async () => {
      expect((await get(chat, "/room/nowhere")).status).toBe(404);
      const { status, text } = await get(chat, "/nowhere");
      expect(status).toBe(404);
      expect(textOf(text)).toContain("There is no such page here.");
    });

    it("speaks and reads in the direction of the room's language", async () => {
      const html = elementsOf((await get(chat, "/room/menanpud")).text).find(({ name }) => name === "html");
      expect(html?.attributes).toMatchObject({ lang: "ar", dir: "rtl" });
    });

    it("shows what was posted after a restart, edits and removals included", async () => {
      const folder = await mkdtemp(path.join(tmpdir(), "clarion-page-"));
      try {
        const store = await openFileStore(folder);
        const before = await openWebFixture({ store });
        const kept = await before.chat.send("web:anpud", plainMessage("Kept"), "key-1");
        const removed = await before.chat.send("web:anpud", plainMessage("Removed"), "key-2");
        await before.chat.edit(kept, plainMessage("Changed"), "key-1/2");
        await before.chat.remove(removed);
        await before.close();
        await store.close();
        const again = await openFileStore(folder);
        const after = await openWebFixture({ store: again });
        const posts = postsOf((await get(after.chat, "/room/anpud")).text).map(textOf);
        expect(posts).toHaveLength(1);
        expect(posts[0]).toContain("Words of Changed.");
        expect(await after.chat.send("web:anpud", plainMessage("Kept"), "key-1")).toBe(kept);
        await after.close();
        await again.close();
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it("keeps nothing of the words of a post that was removed", async () => {
      const ref = await chat.send("web:anpud", plainMessage("Removed"), "key-1");
      await chat.remove(ref);
      const row = await fixture.store.reading.selectFrom("web_posts").selectAll().executeTakeFirstOrThrow();
      expect(JSON.stringify(row)).not.toContain("Removed");
    });

    it("shows the newest forty posts and leads to the earlier ones", async () => {
      for (let count = 1; count <= 45; count += 1) await chat.send("web:anpud", plainMessage(`Post ${count}.`), `key-${count}`);
      const { text } = await get(chat, "/room/anpud");
      expect(postsOf(text)).toHaveLength(40);
      const earlier = elementsOf(text).find(({ attributes }) => attributes["href"]?.includes("before="))?.attributes["href"] ?? "";
      const posts = postsOf((await get(chat, earlier)).text).map(textOf);
      expect(posts).toHaveLength(5);
      expect(posts[0]).toContain("Post 1.");
    });

    it("says in a band that a room is paused, with the way out", async () => {
      const { text } = await get(chat, "/room/enpud");
      expect(formsOf(text).some(({ fields }) => fields["line"] === "resume")).toBe(true);
      expect(formsOf((await get(chat, "/room/anpud")).text).some(({ fields }) => fields["line"] === "resume")).toBe(false);
    });
  });

  describe("in its agenda and detail", () => {
    it("shows each date with its distance, and the old date beside the new one when it moved", async () => {
      const text = textOf((await get(chat, "/room/anpud")).text);
      expect(text).toContain("no longer: Mon 1 Feb Fri 5 Feb CND, 70th session: registration");
      expect(text).toMatch(/in 9 days\s+moved/);
      expect(text).toMatch(/Fifth UPR cycle: first papers\s+opens\s+our estimate/);
    });

    it("shows one date whole by the line the agenda gives, and stores nothing for it", async () => {
      const { text } = await get(chat, "/room/anpud?show=hrc-64");
      expect(fixture.received.map(({ line }) => line)).toEqual(["session hrc-64"]);
      expect(text).toContain('id="card-whole"');
      await get(chat, "/room/anpud?show=elsewhere-1");
      expect(fixture.received.at(-1)?.line).toBe("deadline show elsewhere-1");
      expect(await fixture.store.reading.selectFrom("web_posts").selectAll().execute()).toEqual([]);
    });

    it("takes only ids from its address", async () => {
      await get(chat, `/room/anpud?show=${encodeURIComponent('x" --goal 5')}`);
      expect(fixture.received).toEqual([]);
    });

    it("says with a reference that the agenda failed, and shows the rest", async () => {
      await fixture.fill();
      fixture.desk.agendaFails = true;
      const { status, text } = await get(chat, "/room/anpud");
      const reference = fixture.logged.find(({ event }) => event === "web.agenda")?.values["reference"];
      expect(status).toBe(200);
      expect(textOf(text)).toContain(`tell your operator this reference: ${String(reference)}`);
      expect(postsOf(text).length).toBeGreaterThan(3);
    });

    it("says what to do when nothing is next", async () => {
      expect(textOf((await get(chat, "/room/coordination")).text)).toContain("let this room follow more");
    });
  });

  describe("when it draws a message", () => {
    beforeEach(() => fixture.fill());

    it("gives every moment to machines too, and links with where they lead", async () => {
      const elements = elementsOf((await get(chat, "/room/anpud")).text);
      const times = elements.filter(({ name }) => name === "time").map(({ attributes }) => attributes["datetime"]);
      expect(times).toEqual(expect.arrayContaining(["2027-02-10", "2027-06", "2027-01-29T17:00:00.000Z"]));
      const link = elements.find(({ attributes }) => attributes["href"]?.startsWith("https://www.ohchr.org"));
      expect(link?.attributes).toMatchObject({ target: "_blank", rel: "noreferrer noopener" });
      expect(textOf((await get(chat, "/room/anpud")).text)).toContain("OHCHR practical information (opens a new tab) ( www.ohchr.org )");
    });

    it("names the tone, the progress and each cell's column in words", async () => {
      const { text } = await get(chat, "/room/anpud");
      const posts = postsOf(text).map(textOf);
      expect(posts.some((post) => post.includes("▲ Soon UPR of Singapore"))).toBe(true);
      expect(posts.some((post) => post.includes("◷ Late Commission on Narcotic Drugs"))).toBe(true);
      expect(posts.some((post) => post.includes("42 of 188 organisations from 6 regions"))).toBe(true);
      const cells = elementsOf(text).filter(({ name }) => name === "td").map(({ attributes }) => attributes["data-label"]);
      expect(new Set(cells)).toEqual(new Set(["What", "For you"]));
      expect(elementsOf(text).filter(({ name }) => name === "th").every(({ attributes }) => attributes["scope"] !== undefined)).toBe(true);
    });

    it("has a form with its command line for each action", async () => {
      const forms = formsOf(postsOf((await get(chat, "/room/anpud")).text).join(""));
      const lines = forms.map(({ fields }) => fields["line"]);
      expect(lines).toEqual(expect.arrayContaining(WRITTEN_STATEMENT.actions.map(({ command }) => command)));
      expect(new Set(forms.map(({ fields }) => fields["token"])).size).toBe(forms.length);
    });
  });

  describe("when a line is sent without script", () => {
    const say = async (line: string, more: Record<string, string> = {}) => {
      const page = await get(chat, "/room/anpud");
      return post(chat, "/room/anpud/say", { ...composed(page.text, line), ...more });
    };

    it("acts as operator and shows the answer to the asker alone", async () => {
      const { status, text } = await say("history of things");
      expect(status).toBe(200);
      expect(fixture.received[0]).toMatchObject({ line: "history of things", room: "web:anpud", actor: { id: "page", grants: ["operator", "coordinator"] } });
      expect(textOf(text)).toMatch(/Only you see this .*Done: history/);
      expect(postsOf(text)).toEqual([]);
    });

    it("keeps a refused line in the composer", async () => {
      const { text } = await say("unknown");
      expect(textOf(text)).toContain("There is no such command.");
      expect(formsOf(text).some(({ fields }) => fields["line"] === "unknown")).toBe(true);
    });

    it("counts a form that is sent twice once, and other words in it as another act", async () => {
      const fields = composed((await get(chat, "/room/anpud")).text, "take hrc-64");
      await post(chat, "/room/anpud/say", fields);
      const again = await post(chat, "/room/anpud/say", fields);
      await post(chat, "/room/anpud/say", { ...fields, line: "release hrc-64" });
      const keys = fixture.received.map(({ key }) => key);
      expect(keys[1]).toBe(keys[0]);
      expect(keys[2]).not.toBe(keys[0]);
      expect(textOf(again.text)).toContain("already done");
      expect(keys.join()).not.toContain("hrc");
    });

    it("asks first where an action wants it, and acts only on the second step", async () => {
      await fixture.fill();
      const page = (await get(chat, "/room/anpud")).text;
      const hide = formsOf(page).find(({ fields }) => fields["confirm"] !== undefined);
      const question = await post(chat, "/room/anpud/say", hide?.fields ?? {});
      expect(fixture.received).toEqual([]);
      expect(textOf(question.text)).toContain("Hide this date in this room?");
      const step = formsOf(question.text).find(({ fields }) => fields["confirmed"] === "1");
      expect(step?.buttons).toContain("Hide here");
      await post(chat, "/room/anpud/say", step?.fields ?? {});
      expect(fixture.received.map(({ line }) => line)).toEqual(["hide hrc-64-written-statement"]);
    });

    it("asks by a form for what is missing, and sends it back as options with the long text as body", async () => {
      const asked = formsOf((await say("call support letter-health")).text).find(({ fields }) => fields["form"] !== undefined);
      expect(Object.keys(asked?.fields ?? {})).toEqual(expect.arrayContaining(["arg.organisation", "arg.display", "arg.until", "body"]));
      await post(chat, "/room/anpud/say", { ...asked?.fields, "arg.organisation": 'Good "Group" --x', "arg.display": "", "arg.until": "2027-03-15", body: "Two\nlines" });
      expect(fixture.received.at(-1)).toMatchObject({
        line: 'call support letter-health --organisation "Good \\"Group\\" --x" --until 2027-03-15',
        body: "Two\nlines",
      });
    });

    it("brings a refused form back filled in, below what was wrong", async () => {
      const asked = formsOf((await say("call support letter-health")).text).find(({ fields }) => fields["form"] !== undefined);
      const { text } = await post(chat, "/room/anpud/say", { ...asked?.fields, "arg.organisation": "Bad <Group>", body: "Long </textarea> words" });
      expect(textOf(text)).toContain("Organisation: not understood.");
      const again = formsOf(text).find(({ fields }) => fields["form"] !== undefined);
      expect(again?.fields).toMatchObject({ "arg.organisation": "Bad <Group>", body: "Long </textarea> words" });
    });

    it("shows a fault with a reference, and logs neither the line nor the fault's words", async () => {
      const { text } = await say("broken");
      const failure = fixture.logged.find(({ event }) => event === "web.say");
      expect(textOf(text)).toContain(String(failure?.values["reference"]));
      expect(JSON.stringify(fixture.logged)).not.toMatch(/broken|a bug/);
    });

    it("draws no outside text as anything but words, in the answer as in a post", async () => {
      const { text } = await say("hostile");
      expect(activeIn(/<article[\s\S]*?<\/article>/.exec(text.slice(text.indexOf('id="slot-room"')))?.[0] ?? "<nothing>")).toEqual([]);
      expect(textOf(text)).toContain(HOSTILE.slice(0, 20));
    });

    it.each(HOSTILE_TEXTS)("echoes a typed line as a value only: %j", async (hostile) => {
      const { text } = await say(`unknown ${hostile}`);
      expect(elementsOf(text).filter(({ attributes }) => Object.keys(attributes).some((name) => name.startsWith("on")))).toEqual([]);
      expect(elementsOf(text).filter(({ name }) => name === "script")).toHaveLength(1);
    });
  });

  describe("live", () => {
    const pageOf = async (room = "anpud") => {
      const body = elementsOf((await get(chat, `/room/${room}`)).text).find(({ name }) => name === "body")?.attributes ?? {};
      return `/room/${room}/events?page=${body["data-page"]}&since=${body["data-since"]}`;
    };

    it("brings a post, its edit and its removal to an open page, in order", async () => {
      const line = await openLine(chat, await pageOf());
      const ref = await chat.send("web:anpud", plainMessage("Fresh"), "key-1");
      await line.until(() => line.posts().length >= 1);
      await chat.edit(ref, plainMessage("Changed"), "key-1/2");
      await line.until(() => line.posts().length >= 2);
      await chat.remove(ref);
      await line.until(() => line.posts().length >= 3);
      const changes = line.posts().map(({ data }) => JSON.parse(data));
      expect(changes.map(({ reference }) => reference)).toEqual([ref, ref, ref]);
      expect(textOf(changes[0].html)).toContain("Words of Fresh.");
      expect(textOf(changes[1].html)).toContain("Words of Changed.");
      expect(changes[2].html).toBe("");
      line.leave();
    });

    it("brings what was missed after the last event that was seen, and nothing from before", async () => {
      const seen = await chat.send("web:anpud", plainMessage("Seen"), "key-1");
      const address = await pageOf();
      const first = await openLine(chat, address);
      await chat.send("web:anpud", plainMessage("Live"), "key-2");
      await first.until(() => first.posts().length >= 1);
      const mark = first.posts()[0]?.id ?? "";
      first.leave();
      await first.ended();
      await chat.edit(seen, plainMessage("Edited meanwhile"), "key-1/2");
      await chat.send("web:anpud", plainMessage("Missed"), "key-3");
      await chat.send("web:coordination", plainMessage("Elsewhere"), "key-4");
      const second = await openLine(chat, address, { "last-event-id": mark });
      await second.until(() => second.posts().length >= 2);
      await chat.send("web:anpud", plainMessage("After"), "key-5");
      await second.until(() => second.posts().length >= 3);
      expect(second.posts().map(({ data }) => /Words of ([^.]+)\./.exec(data)?.[1])).toEqual(["Edited meanwhile", "Missed", "After"]);
      second.leave();
    });

    it("brings every edit that fell into the same millisecond", async () => {
      const refs = [await chat.send("web:anpud", plainMessage("One"), "key-1"), await chat.send("web:anpud", plainMessage("Two"), "key-2")];
      const line = await openLine(chat, await pageOf());
      for (const [index, ref] of refs.entries()) {
        await chat.edit(ref, plainMessage(`Edit ${index}.`), `edit-${index}`);
        await line.until(() => line.posts().length > index);
      }
      expect(line.posts().map(({ data }) => JSON.parse(data).reference)).toEqual(refs);
      line.leave();
    });

    it("brings more posts than one batch holds", async () => {
      const address = await pageOf();
      for (let count = 1; count <= 120; count += 1) await chat.send("web:anpud", plainMessage(`Post ${count}.`), `key-${count}`);
      const line = await openLine(chat, address);
      await line.until(() => line.posts().length >= 120);
      expect(line.posts().map(({ data }) => JSON.parse(data).sequence)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
      line.leave();
    });

    it("says that a page to whisper to is gone once it is closed", async () => {
      await expect(chat.whisper({ room: "web:anpud", token: "closed" }, plainMessage("Secret"))).rejects.toMatchObject({ code: "gone" });
    });

    it("tells every page that something is next after a line was acted on", async () => {
      const line = await openLine(chat, await pageOf("coordination"));
      const fields = composed((await get(chat, "/room/anpud")).text, "take hrc-64");
      await post(chat, "/room/anpud/say", fields);
      await line.until((events) => events.some(({ event }) => event === "next"));
      expect(line.events.map(({ event }) => event)).toContain("next");
      line.leave();
    });

    it("ends its open lines when it stops", async () => {
      const line = await openLine(chat, await pageOf());
      await chat.stop();
      await line.ended();
      expect(line.isEnded()).toBe(true);
    });

    it("answers the script in parts: the answer, where it belongs, and a fresh token", async () => {
      const fields = composed((await get(chat, "/room/anpud")).text, "announce");
      const { text } = await post(chat, "/room/anpud/say", fields, { origin: chat.address(), "sec-fetch-site": "same-origin", "x-clarion": "script" });
      const answer = JSON.parse(text);
      expect(answer).toMatchObject({ ok: true, pane: "room" });
      expect(textOf(answer.html)).toBe("Posted in this room");
      expect(answer.token).not.toBe(fields["token"]);
    });

    it("completes a line by what the desk knows", async () => {
      const { text } = await get(chat, "/room/anpud/complete?line=dead");
      expect(JSON.parse(text).map(({ value }: { value: string }) => value)).toEqual(["/deadlines ", "/deadline show "]);
    });
  });

  it("keeps its script under 20 kB and free of storage and other sites", async () => {
    const file = path.join(import.meta.dirname, "../../adapters/web/static/page.js");
    expect((await stat(file)).size).toBeLessThan(20_000);
    expect(await readFile(file, "utf8")).not.toMatch(/localStorage|sessionStorage|indexedDB|https?:|eval\(|document\.cookie/);
  });
});

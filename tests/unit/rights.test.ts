import { beforeEach, describe, expect, it } from "vitest";
import { openTestApp, type TestApp } from "../support/app.ts";

let test: TestApp;
beforeEach(async () => {
  test = await openTestApp({ prepare: true });
});

const ROOM = "web:anpud";
const OPERATOR = { roles: ["operator" as const] };

async function codeFor(line: string): Promise<string> {
  const answer = await test.say(ROOM, line, { ...OPERATOR, as: "secretariat" });
  const code = JSON.stringify(answer.message).match(/role use ([a-z0-9]+)/)?.[1];
  expect(code).toBeDefined();
  return code ?? "";
}

describe("rights", () => {
  it("refuses what needs a role, and says how to get it", async () => {
    const answer = await test.say(ROOM, "/network set --standing yes");
    expect(answer).toMatchObject({ ok: false, code: "not_allowed" });
    expect(JSON.stringify(answer.message)).toContain("role use");
  });

  it("gives a role by a code that works once", async () => {
    const code = await codeFor("/role code coordinator anpud");
    expect((await test.say(ROOM, `/role use ${code}`, { as: "one" })).ok).toBe(true);
    expect(await test.say(ROOM, `/role use ${code}`, { as: "two" })).toMatchObject({ ok: false, code: "code_wrong" });
    expect((await test.say(ROOM, "/network set --standing partner", { as: "one" })).ok).toBe(true);
    expect((await test.say(ROOM, "/network set --standing partner", { as: "two" })).ok).toBe(false);
  });

  it("keeps a coordinator's role to the network it was given for", async () => {
    const code = await codeFor("/role code coordinator anpud");
    await test.say(ROOM, `/role use ${code}`, { as: "one" });
    expect((await test.say("web:enpud", "/network set --standing yes", { as: "one" })).ok).toBe(false);
  });

  it("refuses a code that is an hour old", async () => {
    const code = await codeFor("/role code operator");
    test.clock.advance(60 * 60_000);
    expect(await test.say(ROOM, `/role use ${code}`, { as: "one" })).toMatchObject({ code: "code_wrong" });
  });

  it("takes a role from everyone who holds it, since nobody is listed", async () => {
    for (const person of ["one", "two"]) await test.say(ROOM, `/role use ${await codeFor("/role code coordinator anpud")}`, { as: person });
    await test.say(ROOM, "/role revoke coordinator anpud", { ...OPERATOR, as: "secretariat" });
    expect((await test.say(ROOM, "/network set --standing yes", { as: "one" })).ok).toBe(false);
    expect((await test.say(ROOM, "/network set --standing yes", { as: "two" })).ok).toBe(false);
  });

  it("keeps neither a code nor a platform's id, only their hashes", async () => {
    const code = await codeFor("/role code coordinator anpud");
    await test.say(ROOM, `/role use ${code}`, { as: "a-person" });
    const rows = JSON.stringify([
      await test.store.reading.selectFrom("roles").selectAll().execute(),
      await test.store.reading.selectFrom("role_codes").selectAll().execute(),
      await test.store.reading.selectFrom("audit").selectAll().execute(),
    ]);
    expect(rows).not.toContain(code);
    expect(rows).not.toContain("a-person");
  });

  it("lets an operator read the audit, which names no one and repeats no words", async () => {
    await test.say(ROOM, "/pause tomorrow", { as: "a-person" });
    expect((await test.say(ROOM, "/audit")).ok).toBe(false);
    await test.say(ROOM, `/role use ${await codeFor("/role code operator")}`, { as: "an operator elsewhere" });
    expect(await test.say(ROOM, "/audit", { as: "an operator elsewhere" })).toMatchObject({ ok: false, code: "page_only" });
    const answer = await test.say(ROOM, "/audit", OPERATOR);
    expect(JSON.stringify(answer.message)).toContain("pause");
    expect(JSON.stringify(answer.message)).not.toContain("tomorrow");
  });

  it("does a thing once however often the same click arrives", async () => {
    const first = await test.say(ROOM, "/role drop", { key: "click-1" });
    const second = await test.say(ROOM, "/role drop", { key: "click-1" });
    expect(first.repeated).toBe(false);
    expect(second.repeated).toBe(true);
    expect(await test.store.reading.selectFrom("audit").selectAll().execute()).toHaveLength(1);
  });
});

describe("answers for the asker alone", () => {
  it("are whispered once where the chat asks for it: look-ups, refusals, rehearsals and changes alike", async () => {
    const lines = ["/status", "/nonsense", "/deadline move hrc-64-written-statement 2027-02-12", "/role drop"];
    for (const [index, line] of lines.entries()) {
      const inbound = { key: `k${index}`, line, room: "web:anpud", actor: { id: "one", grants: ["coordinator"] }, asker: { room: "web:anpud", token: "t" } } as const;
      const again = { ...inbound, actor: { id: "one", grants: ["coordinator" as const] } };
      await test.app.dispatch(again);
      await test.app.dispatch(again);
    }
    await test.settle();
    const whispered = test.chat.whispers.map(({ message }) => JSON.stringify(message.title));
    expect(whispered).toHaveLength(lines.length);
    expect(test.chat.whispers[2]?.message.actions[0]?.command).toContain("--seen");
    expect(await test.store.reading.selectFrom("posts").select("id").where("asker", "is not", null).execute()).toEqual([]);
  });
});

describe("what is another network's", () => {
  it("stays with it: a room's audience gives no rights, and a coordinator none over other networks", async () => {
    const code = await codeFor("/role code coordinator anpud");
    await test.say(ROOM, `/role use ${code}`, { as: "one" });
    const draft = await test.say("web:enpud", "/call new --kind statement --title Draft --until 2027-03-01 --body text", { roles: ["coordinator"] });
    const id = JSON.stringify(draft.message).match(/statement-[a-z0-9]+/)?.[0] ?? "";
    expect(id).not.toBe("");
    await test.say(ROOM, "/room set --audience coordination", { as: "one" });
    expect(await test.say(ROOM, `/call show ${id}`, { as: "one" })).toMatchObject({ code: "unknown_subject" });
    expect(await test.say(ROOM, "/network set enpud --standing no", { as: "one" })).toMatchObject({ code: "not_allowed" });
    expect(await test.say(ROOM, "/network add Japan --network enpud", { as: "one" })).toMatchObject({ code: "not_allowed" });
    expect(await test.say(ROOM, "/pause --for all", { as: "one" })).toMatchObject({ code: "not_allowed" });
    expect((await test.say(ROOM, "/network set --standing partner", { as: "one" })).ok).toBe(true);
  });

  it("is not lost when a room is set and paused at the same moment", async () => {
    await Promise.all([test.say(ROOM, "/room set --zone Asia/Tokyo"), test.say(ROOM, "/pause 2027-02-01")]);
    const text = JSON.stringify((await test.say(ROOM, "/room")).message);
    expect(text).toContain("Asia/Tokyo");
    expect(text).toContain("Paused");
  });
});

describe("rooms", () => {
  it("changes only what is named", async () => {
    await test.say(ROOM, "/room set --zone Asia/Kathmandu --from 10:00");
    const text = JSON.stringify((await test.say(ROOM, "/room")).message);
    expect(text).toContain("Asia/Kathmandu");
    expect(text).toContain("from 10:00 to 21:00");
  });

  it("refuses waking hours without a minute in them", async () => {
    expect(await test.say(ROOM, "/room set --from 21:00 --until 08:00")).toMatchObject({ ok: false, code: "bad_range" });
  });

  it("asks by a form when nothing is named, and records nothing", async () => {
    const answer = await test.say(ROOM, "/room set");
    expect(answer.form?.fields.map(({ name }) => name)).toContain("zone");
    expect(await test.store.reading.selectFrom("audit").selectAll().execute()).toEqual([]);
  });

  it("answers in the room's language as soon as it is set", async () => {
    expect((await test.say(ROOM, "/room set --language ru")).message.language).toBe("ru");
    expect((await test.say(ROOM, "/room")).message.language).toBe("ru");
  });

  it("lets people correct the map, and does not bring the shipped one back", async () => {
    const as = { roles: ["coordinator" as const] };
    await test.say(ROOM, "/network remove Japan", as);
    await test.app.prepare();
    expect(JSON.stringify((await test.say(ROOM, "/network")).message)).not.toContain("Japan");
    await test.say(ROOM, "/network add Japan", as);
    expect(JSON.stringify((await test.say(ROOM, "/network")).message)).toContain("Japan");
  });

  it("follows nothing, rather than everything, when the last body is taken away", async () => {
    await test.say(ROOM, "/follow all");
    const { follow } = JSON.parse(JSON.stringify(await test.store.reading.selectFrom("rooms").select("follow").where("address", "=", ROOM).executeTakeFirst()));
    expect(JSON.parse(follow).mechanisms).toEqual([]);
    await test.say(ROOM, "/unfollow cnd");
    expect(JSON.stringify((await test.say(ROOM, "/follow")).message)).not.toContain("CND");
    for (const body of test.app.parts.directory.bodies) await test.say(ROOM, `/unfollow ${body.key}`);
    expect(JSON.stringify((await test.say(ROOM, "/follow")).message)).toContain("nothing");
  });
});

/** The program as people start it, with the page, a Slack workspace and encrypted Matrix rooms at once, on one data folder. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { z } from "zod";
import { openMatrixSurroundings, type MatrixSurroundings } from "../support/matrix/app.ts";
import { describeMatrix } from "../support/matrix/describe-matrix.ts";
import { openHomeserver, type Homeserver } from "../support/matrix/homeserver.ts";
import type { Human } from "../support/matrix/human.ts";
import { type Child, startProcess } from "../support/processes.ts";
import { type DoubleWorkspace, NO_RATES, openSlackDouble, type SlackDouble } from "../support/slack/double.ts";
import { readShown } from "../support/slack/shown.ts";
import { wakeRooms } from "../torture/folder.ts";

const START = path.join(import.meta.dirname, "../../start.mjs");
/** Edits of a tally are gathered for a minute. */
const PATIENCE = { timeout: 90_000, interval: 250 };
const TITLE = "Open letter to the Commission";

describeMatrix("the page, Slack and Matrix in one process", () => {
  let server: Homeserver;
  let around: MatrixSurroundings;
  let double: SlackDouble;
  let workspace: DoubleWorkspace;
  let program: Child;
  let person: Human;
  let folder: string;
  let environment: Record<string, string>;
  let matrixRoom: string;
  let channel: string;
  let colleague: string;
  let page: string;

  beforeAll(async () => {
    server = await openHomeserver();
    around = await openMatrixSurroundings(server);
    double = await openSlackDouble({ rates: NO_RATES });
    workspace = double.addWorkspace();
    folder = mkdtempSync(path.join(tmpdir(), "clarion-three-"));
    environment = {
      CLARION_DATA: folder, CLARION_PORT: "0", CLARION_LOG: "warn",
      SLACK_BOT_TOKEN: workspace.botToken, SLACK_APP_TOKEN: workspace.appToken, SLACK_API_URL: double.apiUrl,
      MATRIX_HOMESERVER_URL: server.url, MATRIX_USER_ID: around.bot.userId, MATRIX_PASSWORD: around.bot.password,
      MATRIX_ALLOWED_INVITERS: server.serverName,
    };
    program = startProcess(START, ["start"], environment);
    page = /http:\/\/127\.0\.0\.1:\d+/.exec(await program.line("http://127.0.0.1:"))?.[0] ?? "";
    colleague = workspace.addUser();
    channel = workspace.addChannel();
    person = await around.person("reader");
  }, 240_000);
  afterAll(async () => {
    program.signal("SIGTERM");
    expect((await program.ended).code).toBe(0);
    await double.close();
    await around.close();
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  const inSlack = (): string[] => workspace.posts(channel).map(({ blocks }) => readShown(blocks).texts.join("\n"));
  const inMatrix = async (): Promise<string[]> => {
    await person.listen(300);
    return person.shown(matrixRoom).filter(({ sender }) => sender === around.bot.userId).map(({ body }) => body);
  };
  const onPage = async (): Promise<string> => (await fetch(`${page}/room/oceania`)).text();
  /** The one copy of the call, in each of the three. */
  const copies = async (): Promise<string[]> => {
    const found = [inSlack(), await inMatrix()].map((posts) => posts.filter((text) => text.includes(TITLE) && text.includes("organisation")));
    expect(found.map(({ length }) => length)).toEqual([1, 1]);
    return [...found.flat(), await onPage()];
  };

  it("makes a Slack channel and a Matrix room rooms of networks", async () => {
    await workspace.command({ user: colleague, channel, command: "/clarion", text: "join anpud" });
    await vi.waitFor(() => expect(inSlack().join("\n")).toContain("Welcome to the room of ANPUD"), PATIENCE);
    matrixRoom = await person.createRoom({ invite: [around.bot.userId] });
    await person.until(matrixRoom, (shown) => shown.find(({ body }) => body.includes("Which network")), 60_000);
    await person.say(matrixRoom, "!clarion join oceania");
    await person.until(matrixRoom, (shown) => shown.find(({ body }) => body.includes("Welcome to the room of")), 60_000);
  }, 150_000);

  it("posts one call to rooms of all three, and edits every copy", async () => {
    // At whatever hour this runs.
    wakeRooms(folder);
    const asked = (line: string): Child => startProcess(START, ["ask", "--json", "--role", "operator", "--room", "web:coordination", line], environment);
    const answer = async (line: string) => {
      const child = asked(line);
      expect((await child.ended).code, child.lines.join("\n")).toBe(0);
      return answerSchema.parse(JSON.parse(child.lines.at(-1) ?? "")).message.actions.map(({ command }) => command);
    };
    const drafted = await answer(`call new sign-on --title "${TITLE}" --until 2027-03-05 --goal 12 --body "We ask the Commission to listen."`);
    const [publish = ""] = drafted.filter((line) => line.startsWith("call publish"));
    const [send = ""] = (await answer(publish)).filter((line) => line.includes("--seen"));
    await answer(send);
    await vi.waitFor(async () => {
      for (const copy of await copies()) expect(copy).toContain(TITLE);
    }, PATIENCE);

    const id = /sign-on-[a-z0-9]+/.exec(send)?.[0] ?? "";
    await workspace.command({ user: colleague, channel, command: "/call", text: `support ${id} "Network North"` });
    await person.say(matrixRoom, `!call support ${id} "Network South"`);
    await person.until(matrixRoom, (shown) => shown.find(({ body }) => body.includes("Counted: Network South")), 60_000);
    await vi.waitFor(async () => {
      for (const copy of await copies()) expect(copy).toMatch(/2 (?:of|\/) 12/);
    }, PATIENCE);
  }, 300_000);

  it("never says in clear what is meant for an encrypted room, and keeps Slack's rules", () => {
    expect(person.heard(matrixRoom).filter(({ sender, type, encrypted }) => sender === around.bot.userId && type === "m.room.message" && !encrypted)).toEqual([]);
    expect(double.breaches).toEqual([]);
    expect(program.lines.filter((line) => /"level":(50|60)/.test(line))).toEqual([]);
  });
});

const answerSchema = z.object({ message: z.object({ actions: z.array(z.object({ command: z.string() })) }) });

/** The Slack double's signed requests, with the real Bolt and its HTTPReceiver. */
import { createServer } from "node:http";
import { App, HTTPReceiver } from "@slack/bolt";
import { afterEach, describe, expect, it } from "vitest";
import { sign } from "../../support/slack/http-mode.ts";
import { type DoubleStage, openDoubleStage, SILENT } from "./double-fixture.ts";

let stage: DoubleStage | undefined;
let app: App | undefined;
afterEach(async () => {
  await app?.stop();
  await stage?.close();
  stage = app = undefined;
});

/** `deaf`: it never acknowledges a command. */
async function open({ deaf = false } = {}) {
  stage = await openDoubleStage({ double: { times: { ackMilliseconds: 400, eventRetries: [0, 0, 0] } } });
  const { double, workspace } = stage;
  const receiver = new HTTPReceiver({ signingSecret: workspace.signingSecret, logger: SILENT, unhandledRequestTimeoutMillis: 200 });
  app = new App({ token: workspace.botToken, receiver, logger: SILENT, clientOptions: { slackApiUrl: double.apiUrl } });
  const heard: string[] = [];
  app.command(/.*/, async ({ ack, command, respond }) => {
    heard.push(`${command.command} ${command.text}`);
    if (deaf) return;
    await ack();
    await respond({ text: "Heard" });
  });
  app.action(/.*/, async ({ ack, action }) => {
    heard.push("value" in action ? String(action.value) : action.type);
    await ack();
  });
  app.event("app_home_opened", async ({ body, context }) => {
    heard.push(`${body.event_id}${context.retryNum === undefined ? "" : ` again: ${context.retryNum} ${context.retryReason}`}`);
  });
  // The receiver returns the HTTP server it listens with.
  const server = (await app.start(0)) as { address(): { port: number } };
  const url = `http://127.0.0.1:${server.address().port}/slack/events`;
  workspace.http.useUrl(url);
  return { ...stage, heard, url };
}

const command = { kind: "slash_commands", payload: { command: "/clarion", text: "deadlines", trigger_id: "1.2.abc" } } as const;

describe("a signed request", () => {
  it("carries commands, clicks and events to the app's URL", async () => {
    const { workspace, channel, person, client, heard } = await open();
    expect(await workspace.command({ user: person, channel, command: "/clarion", text: "deadlines" })).toMatchObject({ ackedAfter: expect.any(Number), ackBody: undefined });
    const { ts = "" } = await client.chat.postMessage({ channel, text: "Post", unfurl_links: false, unfurl_media: false, blocks: [{ type: "actions", elements: [{ type: "button", action_id: "line:0", value: "take 1", text: { type: "plain_text", text: "Take" } }] }] });
    await workspace.click({ user: person, on: { channel, ts }, label: "Take" });
    const home = await workspace.openHome(person);
    await expect.poll(() => heard).toEqual(["/clarion deadlines", "take 1", home.payload["event_id"]]);
    await expect.poll(() => workspace.whispers()).toMatchObject([{ text: "Heard" }]);
    expect(stage?.double.breaches).toEqual([]);
  });

  it("is signed as the documentation's own example", () => {
    // docs.slack.dev/authentication/verifying-requests-from-slack
    const body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    expect(sign("8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618, body)).toBe("v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
  });

  it("with a wrong, stale, tampered or missing signature is refused", async () => {
    const { workspace, heard } = await open();
    for (const signature of ["wrong", "stale", "tampered", "missing"] as const) expect((await workspace.http.send(command, signature)).status).toBe(401);
    expect(heard).toEqual([]);
  });

  it("from the future or heard before gets past Bolt, so that an app must look itself", async () => {
    const { workspace, heard } = await open();
    expect((await workspace.http.send(command, "future")).status).toBe(200);
    expect((await workspace.http.send(command)).status).toBe(200);
    expect((await workspace.http.replay()).status).toBe(200);
    expect(heard).toHaveLength(3);
  });

  it("proves the URL, and lets Slack look at the certificate", async () => {
    const { workspace } = await open();
    expect(await workspace.http.verifyUrl()).toBe(true);
    expect((await workspace.http.checkCertificate()).status).toBe(200);
  });

  it("that is not acknowledged counts as failed; an event comes again with the number of its retry", async () => {
    const { workspace, channel, person, url, heard } = await open({ deaf: true });
    expect(await workspace.command({ user: person, channel, command: "/clarion" })).toMatchObject({ ackedAfter: null, failure: "operation_timeout" });
    workspace.http.useUrl(url.replace("/slack/events", "/nowhere"));
    const event = await workspace.openHome(person);
    await expect.poll(() => event.attempts.length).toBe(4);
    workspace.http.useUrl(url);
    await workspace.redeliver(event);
    await expect.poll(() => heard.at(-1)).toBe(`${String(event.payload["event_id"])} again: 1 http_timeout`);
  });

  it("is not repeated when the app asks for no retry", async () => {
    const { workspace, person } = await open();
    const server = createServer((_request, response) => response.writeHead(500, { "x-slack-no-retry": "1" }).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    // A listening TCP server has an address with a port.
    const { port } = server.address() as { port: number };
    workspace.http.useUrl(`http://127.0.0.1:${port}/`);
    const event = await workspace.openHome(person);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(event.attempts).toMatchObject([{ after: null, noRetry: true }]);
    server.close();
    server.closeAllConnections();
  });
});

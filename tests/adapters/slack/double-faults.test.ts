/** What can go wrong between Slack and an app, made to happen on demand and seen through the real WebClient. */
import { WebClient } from "@slack/web-api";
import { afterEach, describe, expect, it } from "vitest";
import type { Fault } from "../../support/slack/double.ts";
import { codeOf, type DoubleStage, newBreaches, openDoubleStage, PLAIN, SILENT } from "./double-fixture.ts";

let stage: DoubleStage | undefined;
afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function post(fault: Fault): Promise<{ outcome: string; standing: number; stage: DoubleStage }> {
  stage = await openDoubleStage();
  const { double, channel, workspace } = stage;
  double.faults.next("chat.postMessage", fault);
  const outcome = await codeOf(stage.clientWith(workspace.botToken, 250).chat.postMessage({ channel, text: "Hello", ...PLAIN }));
  return { outcome, standing: workspace.posts(channel).length, stage };
}

describe("a fault", () => {
  it.each<[string, Fault, string, number]>([
    ["an error page before anything happened", { kind: "http", status: 500 }, "WebAPIHTTPError", 0],
    ["an error page although it happened", { kind: "http", status: 502, effective: true }, "WebAPIHTTPError", 1],
    ["no answer, and nothing happened", { kind: "silent" }, "WebAPIRequestError", 0],
    ["no answer, although it happened", { kind: "silent", effective: true }, "WebAPIRequestError", 1],
    ["a connection reset before anything happened", { kind: "reset" }, "WebAPIRequestError", 0],
    ["a connection reset after it happened", { kind: "reset", effective: true }, "WebAPIRequestError", 1],
    ["an answer cut in the middle", { kind: "cut" }, "TypeError", 1],
    ["an error code", { kind: "error", code: "is_archived" }, "is_archived", 0],
    ["an error code although it happened", { kind: "error", code: "fatal_error", effective: true }, "fatal_error", 1],
    ["a limit", { kind: "limited", seconds: 3 }, "limited 3", 0],
    ["a slow answer", { kind: "slow", milliseconds: 50 }, "ok", 1],
  ])("can be %s", async (_name, fault, outcome, standing) => {
    const result = await post(fault);
    expect([result.outcome, result.standing]).toEqual([outcome, standing]);
    expect(result.stage.double.faults.met).toBe(1);
    // The next call is well again.
    if (fault.kind !== "limited") expect(await codeOf(result.stage.client.chat.postMessage({ channel: result.stage.channel, text: "Hello", ...PLAIN }))).toBe("ok");
  });

  it("meets only the calls it is meant for, until it is taken back", async () => {
    stage = await openDoubleStage();
    const { double, client, channel, workspace } = stage;
    const other = workspace.addChannel();
    const stop = double.faults.every("chat.postMessage", { kind: "error", code: "internal_error" }, (args) => args["channel"] === other);
    const outcomes = async () => [await codeOf(client.chat.postMessage({ channel, text: "Hello", ...PLAIN })), await codeOf(client.chat.postMessage({ channel: other, text: "Hello", ...PLAIN }))];
    expect([await outcomes(), await outcomes()]).toEqual([["ok", "internal_error"], ["ok", "internal_error"]]);
    stop();
    expect(await outcomes()).toEqual(["ok", "ok"]);
  });

  it("that names a wait makes haste a breach", async () => {
    const { stage: opened } = await post({ kind: "limited", seconds: 60 });
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await codeOf(opened.client.chat.postMessage({ channel: opened.channel, text: "Hello", ...PLAIN }))).toBe("ok");
    expect(newBreaches(opened.double).join()).toContain("before Retry-After was over");
  });

  it("shows the client that retries by itself posting twice", async () => {
    stage = await openDoubleStage();
    const { double, channel, workspace } = stage;
    double.faults.next("chat.postMessage", { kind: "reset", effective: true });
    const client = new WebClient(workspace.botToken, { slackApiUrl: double.apiUrl, retryConfig: { retries: 1, minTimeout: 1 }, logger: SILENT });
    await client.chat.postMessage({ channel, text: "Hello", ...PLAIN });
    expect(workspace.posts(channel)).toHaveLength(2);
  });

  it("spares response_urls no more than methods", async () => {
    stage = await openDoubleStage();
    const { double, workspace, channel, person } = stage;
    const { payload } = await workspace.command({ user: person, channel, command: "/clarion" });
    double.faults.next("response_url", { kind: "http", status: 500 });
    const send = async () => (await fetch(String(payload["response_url"]), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ text: "Hello" }) })).status;
    expect([await send(), await send()]).toEqual([500, 200]);
  });
});

/** What people do in a workspace, and what Slack makes of the app's acknowledgement. */
import type { Ack, Carrier } from "./delivery.ts";
import type { Interactions, Source } from "./interactions.ts";
import type { JsonObject } from "./json.ts";
import { isObject, objectOf, textOf } from "./json.ts";
import { ApiError } from "./method.ts";
import { addView, changeView, readView, STACK_LIMIT, stackOf } from "./methods/views.ts";
import type { Found, Wanted } from "./pressing.ts";
import { fillIn, findElement, findMenu, untouched } from "./pressing.ts";
import { applyResponse } from "./response-urls.ts";
import { drawPost, drawUser, drawView } from "./shapes.ts";
import type { Channel, Person, View, Whisper, Workspace, World } from "./world.ts";
import { channelOf } from "./world.ts";

/** How it went. */
export type Outcome = {
  /** Real milliseconds; null when it was not acknowledged within 3 s, or nobody was connected. */
  ackedAfter: number | null;
  ackBody: unknown;
  envelopeId: string;
  /** What was sent to the app. */
  payload: JsonObject;
  /** What Slack tells the person when the app did not answer: `operation_timeout`, or `dispatch_failed` when nobody was connected. */
  failure: "operation_timeout" | "dispatch_failed" | undefined;
};

/** A post (by channel and ts), an ephemeral message, or a view. `seen`: what the person's screen still shows of a post that was edited meanwhile. */
export type Place = { channel: string; ts: string; seen?: readonly JsonObject[] } | Whisper | View;

export type People = {
  /** `text` is what is typed after the command. Slack knows no commands in threads. */
  command(act: { user: string; channel: string; command: string; text?: string }): Promise<Outcome>;
  /** Presses a button; one with a `confirm` is confirmed. */
  click(act: { user: string; on: Place } & Wanted): Promise<Outcome>;
  /** Chooses from an overflow menu or a select, by what the option says or by its value. */
  chooseOverflow(act: { user: string; on: Place; option: string; actionId?: string }): Promise<Outcome>;
  /** Submits the top modal (or `view`); values by label or block_id. Throws what Slack's client refuses before anything is sent. */
  submit(act: { user: string; values?: Readonly<Record<string, string>>; view?: View }): Promise<Outcome>;
  /** Closes the top modal; the app hears of it when the view asked for `notify_on_close`. */
  closeView(act: { user: string }): Promise<Outcome | undefined>;
};

type Parts = { world: World; workspace: Workspace; interactions: Interactions; carrier: () => Carrier };

export function openPeople({ world, workspace, interactions, carrier }: Parts): People {
  const personOf = (id: string): Person => {
    const person = workspace.people.get(id);
    if (person === undefined) throw new Error(`no such person: ${id}`);
    return person;
  };
  const placeOf = (id: string): Channel => {
    const channel = channelOf(workspace, id);
    if (channel === undefined) throw new Error(`no such channel: ${id}`);
    return channel;
  };
  const outcomeOf = (ack: Ack, payload: JsonObject): Outcome => ({
    ackedAfter: ack.after,
    ackBody: ack.body,
    envelopeId: ack.envelopeId,
    payload,
    failure: ack.after !== null ? undefined : ack.delivered ? "operation_timeout" : "dispatch_failed",
  });
  const interactive = async (payload: JsonObject): Promise<Outcome> => outcomeOf(await carrier().deliver({ kind: "interactive", payload, retryAttempt: 0, retryReason: "" }), payload);
  const common = (user: string): JsonObject => ({
    user: drawUser(personOf(user), workspace),
    api_app_id: workspace.appId,
    token: workspace.verificationToken,
    team: { id: workspace.team, domain: workspace.domain },
    enterprise: null,
    is_enterprise_install: false,
  });

  const act = async (user: string, on: Place, pick: (blocks: readonly JsonObject[]) => Found & { option?: JsonObject }): Promise<Outcome> => {
    const { blocks, fields } = describePlace(user, on);
    const { block, element, option } = pick(blocks);
    return interactive({
      type: "block_actions",
      ...common(user),
      ...fields,
      actions: [
        {
          action_id: element["action_id"],
          block_id: block["block_id"],
          ...(element["text"] === undefined ? {} : { text: element["text"] }),
          ...(element["value"] === undefined ? {} : { value: element["value"] }),
          ...(element["style"] === undefined ? {} : { style: element["style"] }),
          ...(option === undefined ? {} : { selected_option: { text: option["text"], value: option["value"] } }),
          type: element["type"],
          action_ts: `${(world.time.now() / 1_000).toFixed(6)}`,
        },
      ],
    });
  };

  const describePlace = (user: string, on: Place): { blocks: readonly JsonObject[]; fields: JsonObject } => {
    if ("hash" in on) {
      const view = workspace.views.get(on.id);
      if (view === undefined || !view.open) throw new Error("this view is not open any more");
      return {
        blocks: view.blocks,
        fields: { container: { type: "view", view_id: view.id }, trigger_id: interactions.openTrigger(workspace, user, view.id), view: drawView(workspace, view, untouched(view.blocks)) },
      };
    }
    const [source, shown] = "via" in on ? whisperSource(user, on.id) : postSource(on);
    const channel = placeOf(shown.channel);
    return {
      blocks: shown.blocks,
      fields: {
        container: {
          type: "message",
          message_ts: shown.ts,
          channel_id: channel.id,
          is_ephemeral: source.kind === "whisper",
          ...(shown.thread === undefined ? {} : { thread_ts: shown.thread }),
        },
        trigger_id: interactions.openTrigger(workspace, user),
        channel: { id: channel.id, name: nameOf(channel) },
        // An ephemeral message does not travel: the app gets no copy of what it said.
        ...(shown.message === undefined ? {} : { message: shown.message }),
        state: { values: {} },
        response_url: interactions.openResponseUrl(workspace, { user, channel: channel.id, thread: shown.thread, source }),
      },
    };
  };

  type Shown = { channel: string; ts: string; thread: string | undefined; blocks: readonly JsonObject[]; message: JsonObject | undefined };
  const whisperSource = (user: string, id: string): [Source, Shown] => {
    const whisper = workspace.whispers.find((candidate) => candidate.id === id);
    if (whisper === undefined || whisper.deleted) throw new Error("this ephemeral message is gone");
    if (whisper.user !== user) throw new Error("only the person it was for can see an ephemeral message");
    return [{ kind: "whisper", id }, { channel: whisper.channel, ts: whisper.ts, thread: whisper.thread_ts, blocks: whisper.blocks, message: undefined }];
  };
  const postSource = (on: { channel: string; ts: string; seen?: readonly JsonObject[] }): [Source, Shown] => {
    const post = placeOf(on.channel).posts.find((candidate) => candidate.ts === on.ts);
    if (post === undefined || post.deleted) throw new Error("this message is gone");
    return [{ kind: "post", channel: on.channel, ts: on.ts }, { channel: on.channel, ts: on.ts, thread: post.thread_ts, blocks: on.seen ?? post.blocks, message: drawPost(workspace, post, false) }];
  };

  /** What a submission's acknowledgement makes of the modal. */
  const settleSubmission = (user: string, view: View, body: unknown): void => {
    const answer = objectOf(body);
    const action = answer["response_action"];
    if (action === undefined) {
      view.open = false;
      return;
    }
    if (action === "clear") {
      for (const open of stackOf(workspace, user)) open.open = false;
    } else if (action === "errors") {
      const fields = new Set(view.blocks.filter((block) => block["type"] === "input").map((block) => block["block_id"]));
      const errors = objectOf(answer["errors"]);
      if (Object.keys(errors).length === 0) world.breaches.push("view_submission: response_action errors without errors");
      for (const [name, message] of Object.entries(errors)) {
        if (!fields.has(name)) world.breaches.push(`view_submission: an error for ${name}, which is no input block`);
        if (typeof message !== "string" || message === "") world.breaches.push("view_submission: an error without a text");
      }
    } else if (action === "update" || action === "push") {
      try {
        const sent = readView(world, answer["view"], `view_submission ${action}`, "modal");
        if (action === "update") changeView(view, sent);
        else if (stackOf(workspace, user).length >= STACK_LIMIT) world.breaches.push("view_submission push: three views are open");
        else addView(workspace, user, sent, view);
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
      }
    } else world.breaches.push(`view_submission: no such response_action: ${textOf(action)}`);
  };

  const topOf = (user: string): View => {
    const top = stackOf(workspace, user).at(-1);
    if (top === undefined) throw new Error("no modal is open");
    return top;
  };

  return {
    async command({ user, channel: id, command, text = "" }) {
      const [person, channel] = [personOf(user), placeOf(id)];
      if (person.team !== workspace.team) throw new Error("people of other workspaces do not see this app's commands");
      if (!channel.members.has(user) && channel.private) throw new Error("they are not in this private channel");
      if (!command.startsWith("/")) throw new Error("a command begins with /");
      if (workspace.commands !== undefined && !workspace.commands.includes(command)) throw new Error(`${command} is not a valid command`);
      if (channel.archived) throw new Error("nobody can type in an archived channel");
      const payload = {
        token: workspace.verificationToken,
        team_id: workspace.team,
        team_domain: workspace.domain,
        channel_id: channel.id,
        channel_name: nameOf(channel),
        user_id: person.id,
        user_name: person.name,
        command,
        text: escapeText(text),
        api_app_id: workspace.appId,
        is_enterprise_install: "false",
        response_url: interactions.openResponseUrl(workspace, { user, channel: channel.id, source: { kind: "none" } }),
        trigger_id: interactions.openTrigger(workspace, user),
      };
      const ack = await carrier().deliver({ kind: "slash_commands", payload, retryAttempt: 0, retryReason: "" });
      if (ack.after !== null && ack.body !== undefined && ack.body !== "") {
        try {
          applyResponse(world, { workspace, user, channel: channel.id, thread: undefined, source: { kind: "none" } }, isObject(ack.body) ? ack.body : { text: ack.body }, "ack");
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
        }
      }
      return outcomeOf(ack, payload);
    },
    click: ({ user, on, ...wanted }) => act(user, on, (blocks) => findElement(blocks, wanted)),
    chooseOverflow: ({ user, on, option, actionId }) => act(user, on, (blocks) => findMenu(blocks, option, actionId)),
    async submit({ user, values = {}, view = topOf(user) }) {
      const standing = workspace.views.get(view.id);
      if (standing === undefined || !standing.open) throw new Error("this modal is not open any more");
      if (standing.sent["submit"] === undefined) throw new Error("this modal has nothing to submit");
      const state = fillIn(standing.blocks, values);
      const outcome = await interactive({
        type: "view_submission",
        ...common(user),
        trigger_id: interactions.openTrigger(workspace, user, standing.id),
        view: drawView(workspace, standing, state),
        response_urls: [],
      });
      if (outcome.ackedAfter !== null) settleSubmission(user, standing, outcome.ackBody);
      return outcome;
    },
    async closeView({ user }) {
      const view = topOf(user);
      view.open = false;
      if (view.sent["notify_on_close"] !== true) return undefined;
      return interactive({ type: "view_closed", ...common(user), view: drawView(workspace, view), is_cleared: false });
    },
  };
}

function nameOf(channel: Channel): string {
  return channel.direct === undefined ? (channel.private ? "privategroup" : channel.name) : "directmessage";
}

/** What people type arrives escaped. */
export function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

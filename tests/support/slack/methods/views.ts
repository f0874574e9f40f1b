/** views.open, views.push, views.update, views.publish. */
import { judgeView } from "../checks.ts";
import type { Trigger } from "../interactions.ts";
import type { JsonObject } from "../json.ts";
import { isObject, objectsOf, parseJson, textOf } from "../json.ts";
import type { Method, MethodCall } from "../method.ts";
import { ApiError, argumentError } from "../method.ts";
import { drawView } from "../shapes.ts";
import type { View, Workspace, World } from "../world.ts";
import { makeId, makeSecret, withIds } from "../world.ts";

/** How many views a modal can hold at once. */
export const STACK_LIMIT = 3;
const VIEW_BYTES = 250_000;

export function readView(world: World, given: unknown, where: string, type: View["type"]): JsonObject {
  const value = typeof given === "string" ? parseJson(given) : given;
  if (!isObject(value)) {
    world.breaches.push(`${where}: the view is not an object`);
    throw argumentError("invalid `view`");
  }
  if (new TextEncoder().encode(JSON.stringify(value)).length > VIEW_BYTES) {
    world.breaches.push(`${where}: the view is over 250 kB`);
    throw new ApiError("view_too_large");
  }
  const wrong = judgeView(value);
  if (value["type"] !== type) wrong.push(`a ${textOf(value["type"]) || "typeless"} view where only a ${type} view fits`);
  if (wrong.length > 0) {
    world.breaches.push(...wrong.map((sentence) => `${where}: ${sentence}`));
    throw argumentError(...wrong);
  }
  return value;
}

export function addView(workspace: Workspace, user: string, sent: JsonObject, previous?: View): View {
  const id = makeId("V");
  const view: View = {
    id,
    type: sent["type"] === "home" ? "home" : "modal",
    user,
    root: previous?.root ?? id,
    previous: previous?.id,
    open: true,
    updates: 0,
    ...contentOf(sent),
  };
  workspace.views.set(id, view);
  return view;
}

function contentOf(sent: JsonObject): Pick<View, "hash" | "callbackId" | "privateMetadata" | "externalId" | "blocks" | "sent"> {
  return {
    hash: `${Math.floor(Date.now() / 1_000)}.${makeSecret(4)}`,
    callbackId: textOf(sent["callback_id"]),
    privateMetadata: textOf(sent["private_metadata"]),
    externalId: textOf(sent["external_id"]),
    blocks: withIds(objectsOf(sent["blocks"])),
    sent,
  };
}

export function changeView(view: View, sent: JsonObject): void {
  Object.assign(view, contentOf(sent));
  view.updates += 1;
}

/** The open modals of a person, the lowest first. */
export function stackOf(workspace: Workspace, user: string): View[] {
  return [...workspace.views.values()].filter((view) => view.type === "modal" && view.user === user && view.open);
}

/** Unique for all views of a team. */
function requireOwnId(workspace: Workspace, sent: JsonObject, own?: View): void {
  const id = textOf(sent["external_id"]);
  if (id !== "" && [...workspace.views.values()].some((view) => view !== own && view.open && view.externalId === id)) throw new ApiError("duplicate_external_id");
}

function pull({ workspace, interactions, args }: MethodCall): Trigger {
  const trigger = interactions.pullTrigger(workspace, textOf(args["trigger_id"]));
  if (typeof trigger === "string") throw new ApiError(trigger);
  return trigger;
}

const open: Method = {
  token: "bot",
  scopes: [],
  tier: 4,
  required: ["trigger_id", "view"],
  optional: ["interactivity_pointer"],
  run(call) {
    const { world, workspace, args } = call;
    const sent = readView(world, args["view"], "views.open", "modal");
    requireOwnId(workspace, sent);
    const trigger = pull(call);
    for (const view of stackOf(workspace, trigger.user)) {
      if (view.id === trigger.view) world.breaches.push("views.open: the trigger was pulled in an open modal, where views.push belongs");
      view.open = false;
    }
    return { view: drawView(workspace, addView(workspace, trigger.user, sent)) };
  },
};

const push: Method = {
  token: "bot",
  scopes: [],
  tier: 4,
  required: ["trigger_id", "view"],
  optional: ["interactivity_pointer"],
  run(call) {
    const { world, workspace, args } = call;
    const sent = readView(world, args["view"], "views.push", "modal");
    requireOwnId(workspace, sent);
    const trigger = pull(call);
    const stack = stackOf(workspace, trigger.user);
    const top = stack.at(-1);
    if (top === undefined || !stack.some((view) => view.id === trigger.view)) {
      world.breaches.push("views.push: the trigger was not pulled in an open modal");
      throw new ApiError("not_found");
    }
    if (stack.length >= STACK_LIMIT) throw new ApiError("push_limit_reached");
    return { view: drawView(workspace, addView(workspace, trigger.user, sent, top)) };
  },
};

const update: Method = {
  token: "bot",
  scopes: [],
  tier: 4,
  required: ["view"],
  optional: ["view_id", "external_id", "hash"],
  run({ world, workspace, args }) {
    if ((args["view_id"] === undefined) === (args["external_id"] === undefined)) {
      world.breaches.push("views.update: not exactly one of view_id and external_id");
      throw argumentError("exactly one of view_id and external_id");
    }
    const view = [...workspace.views.values()].find(
      (candidate) => candidate.type === "modal" && candidate.open && (args["view_id"] === undefined ? candidate.externalId === textOf(args["external_id"]) : candidate.id === textOf(args["view_id"])),
    );
    const sent = readView(world, args["view"], "views.update", "modal");
    if (view === undefined) throw new ApiError("not_found");
    if (args["hash"] !== undefined && textOf(args["hash"]) !== view.hash) throw new ApiError("hash_conflict");
    requireOwnId(workspace, sent, view);
    changeView(view, sent);
    return { view: drawView(workspace, view) };
  },
};

const publish: Method = {
  token: "bot",
  scopes: [],
  tier: 4,
  required: ["user_id", "view"],
  optional: ["hash", "interactivity_pointer"],
  run({ world, workspace, args }) {
    const user = textOf(args["user_id"]);
    const sent = readView(world, args["view"], "views.publish", "home");
    if (!workspace.people.has(user)) throw new ApiError("user_not_found");
    const standing = workspace.homes.get(user);
    if (args["hash"] !== undefined && textOf(args["hash"]) !== standing?.hash) throw new ApiError("hash_conflict");
    requireOwnId(workspace, sent, standing);
    const home = standing ?? addView(workspace, user, sent);
    if (standing !== undefined) changeView(standing, sent);
    workspace.homes.set(user, home);
    return { view: drawView(workspace, home) };
  },
};

export const VIEW_METHODS: Record<string, Method> = { "views.open": open, "views.push": push, "views.update": update, "views.publish": publish };

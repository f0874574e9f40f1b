/** auth.test, team.info, users.info, bots.info, apps.connections.open. */
import { textOf } from "../json.ts";
import type { Method } from "../method.ts";
import { ApiError } from "../method.ts";
import { drawPerson } from "../shapes.ts";

const BOT = { token: "bot", scopes: [] } as const;

export const SMALL_METHODS: Record<string, Method> = {
  "auth.test": {
    ...BOT,
    // "Special": hundreds a minute.
    tier: "none",
    required: [],
    optional: [],
    run: ({ workspace }) => ({
      url: `https://${workspace.domain}.slack.com/`,
      team: workspace.name,
      user: workspace.appName.toLowerCase(),
      team_id: workspace.team,
      user_id: workspace.botUser,
      bot_id: workspace.botId,
      is_enterprise_install: false,
    }),
  },
  "team.info": {
    token: "bot",
    scopes: ["team:read"],
    tier: 3,
    required: [],
    optional: ["team", "domain"],
    run: ({ workspace }) => ({ team: { id: workspace.team, name: workspace.name, domain: workspace.domain, email_domain: "", icon: {} } }),
  },
  "users.info": {
    token: "bot",
    scopes: ["users:read"],
    tier: 4,
    required: ["user"],
    optional: ["include_locale"],
    run({ workspace, args }) {
      const person = workspace.people.get(textOf(args["user"]));
      if (person === undefined) throw new ApiError("user_not_found");
      return { user: drawPerson(person) };
    },
  },
  "bots.info": {
    token: "bot",
    scopes: ["users:read"],
    tier: 3,
    required: [],
    optional: ["bot", "team_id"],
    run({ workspace, args }) {
      if (textOf(args["bot"]) !== workspace.botId) throw new ApiError("bot_not_found");
      return { bot: { id: workspace.botId, deleted: false, name: workspace.appName, updated: 0, app_id: workspace.appId, user_id: workspace.botUser, icons: {} } };
    },
  },
  "apps.connections.open": {
    token: "app",
    scopes: ["connections:write"],
    // Older pages say tier 1, newer ones 3.
    tier: 3,
    required: [],
    optional: [],
    run: ({ openSocketUrl }) => ({ url: openSocketUrl() }),
  },
};

import { listAudit } from "../src/audit.ts";
import { defineCommand } from "../src/command.ts";
import type { Span } from "../src/message.ts";

const ENTRIES_SHOWN = 50;

/** For the operator only: what was done by which role to which ids. It never says who, and never with which words. */
export const audit = defineCommand({
  name: "audit",
  arguments: {},
  who: "operator",
  effect: "look",
  onMachine: true,
  async run({ db, say, zone }) {
    const entries = await listAudit(db, ENTRIES_SHOWN);
    const rows = entries.map((entry): Span[][] => [
      [{ moment: entry.at, zone }],
      [{ code: entry.command }],
      [entry.targets],
      [entry.role === "room" ? say("audit.room") : say(`role.${entry.role}`)],
    ]);
    return {
      to: "asker",
      show: {
        title: [say("audit.title")],
        tone: "plain",
        blocks:
          rows.length === 0
            ? [{ text: [say("audit.empty")] }]
            : [{ table: { head: [say("audit.when"), say("audit.what"), say("audit.on"), say("audit.by")], rows } }],
        actions: [],
        language: say.language,
      },
    };
  },
});

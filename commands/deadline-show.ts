import { deadline } from "../src/arguments/deadline.ts";
import { defineCommand, required } from "../src/command.ts";
import { showDeadline } from "./shared/deadline-replies.ts";

export const deadlineShow = defineCommand({
  name: "deadline show",
  arguments: { deadline: required(deadline) },
  who: "anyone",
  effect: "look",
  outside: true,
  async run(context, values) {
    return { to: "asker", show: await showDeadline(context, values.deadline) };
  },
});

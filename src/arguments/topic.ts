import { TOPICS } from "../directory.ts";
import { choice } from "./choice.ts";

export const topic = choice("topic", TOPICS, (value) => `topic.${value}`);

/** Every Web API method the double knows. */
import type { Method } from "../method.ts";
import { CHAT_METHODS } from "./chat.ts";
import { CONVERSATION_METHODS } from "./conversations.ts";
import { SMALL_METHODS } from "./small.ts";
import { VIEW_METHODS } from "./views.ts";

export const METHODS: ReadonlyMap<string, Method> = new Map(Object.entries({ ...CHAT_METHODS, ...CONVERSATION_METHODS, ...SMALL_METHODS, ...VIEW_METHODS }));

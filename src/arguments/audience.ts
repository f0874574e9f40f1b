import { AUDIENCES } from "../rooms/rooms.ts";
import { choice } from "./choice.ts";

export const audience = choice("audience", AUDIENCES, (value) => `audience.${value}`);

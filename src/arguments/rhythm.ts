import { RHYTHMS } from "../rooms/rooms.ts";
import { choice } from "./choice.ts";

export const rhythm = choice("rhythm", RHYTHMS, (value) => `rhythm.${value}`);

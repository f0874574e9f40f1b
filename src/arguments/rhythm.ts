import { RHYTHMS } from "../rooms.ts";
import { choice } from "./choice.ts";

export const rhythm = choice("rhythm", RHYTHMS, (value) => `rhythm.${value}`);

import { DEADLINE_KINDS } from "../deadline-row.ts";
import { choice } from "./choice.ts";

export const kind = choice("kind", DEADLINE_KINDS, (value) => `kind.${value}`);

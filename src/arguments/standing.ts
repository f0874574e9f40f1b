import { STANDINGS } from "../rooms/networks.ts";
import { choice } from "./choice.ts";

export const standing = choice("standing", STANDINGS, (value) => `standing.${value}`);

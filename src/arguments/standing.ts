import { STANDINGS } from "../networks.ts";
import { choice } from "./choice.ts";

export const standing = choice("standing", STANDINGS, (value) => `standing.${value}`);

import type { Language } from "../message.ts";
import { catalogue as ar } from "./ar/index.ts";
import { catalogue as en } from "./en/index.ts";
import { catalogue as es } from "./es/index.ts";
import { catalogue as fr } from "./fr/index.ts";
import { catalogue as pt } from "./pt/index.ts";
import { catalogue as ru } from "./ru/index.ts";

/** Flat keys to ICU messages, one folder a language, one file an area. */
export const catalogues: Readonly<Record<Language, Readonly<Record<string, string>>>> = { en, es, fr, ru, pt, ar };

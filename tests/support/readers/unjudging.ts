/** Reads items and understands nothing, so that it starts at once: for what is about reading and not about what was read. */
import { hash } from "node:crypto";
import { readNew } from "../../../feeds/read-new.ts";
import type { ReadSource, Understanding, UnderstandText } from "../../../src/sources/document.ts";

const NOTHING: Understanding = { language: "en", relevant: false, countries: [], mechanisms: [], topics: [], kind: "other", why: [], deadlines: [] };

export const readHere: ReadSource = async (request) => {
  const read = await readNew(request, { hash: (bytes) => hash("sha256", bytes, "base64url") });
  return "error" in read ? read : { ...read, items: read.items.map((item) => ({ ...item, understood: NOTHING })) };
};

export const understandHere: UnderstandText = async () => ({ error: "broken" });

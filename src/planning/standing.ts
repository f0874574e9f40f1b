/** Who may do a thing, and the way round for those who may not. */
import type { WhoMay } from "../directory.ts";
import type { Standing } from "../rooms/networks.ts";

/** `partner`: through one who may; `check`: we cannot know, so the network looks for itself. */
export type May = "yes" | "no" | "partner" | "check";
/** `wayRoundKey` is a catalogue key: one sentence on what can still be done, or null when nothing is in the way. */
export type Permission = { may: May; wayRoundKey: string | null };

const ECOSOC: Record<Standing, Permission> = {
  yes: { may: "yes", wayRoundKey: null },
  partner: { may: "partner", wayRoundKey: "standing.ecosoc.partner" },
  no: { may: "no", wayRoundKey: "standing.ecosoc.no" },
  unknown: { may: "check", wayRoundKey: "standing.ecosoc.unknown" },
};

export function permissionOf(whoMay: WhoMay, standing: Standing): Permission {
  switch (whoMay) {
    case "anyone":
      return { may: "yes", wayRoundKey: null };
    case "ecosoc":
      return ECOSOC[standing];
    case "national":
      return { may: "check", wayRoundKey: "standing.national" };
    case "observer":
      return { may: "check", wayRoundKey: "standing.observer" };
    case "relations":
      return { may: "check", wayRoundKey: "standing.relations" };
    case "states":
      return { may: "no", wayRoundKey: "standing.states" };
    case "person":
      return { may: "no", wayRoundKey: "standing.person" };
  }
}

/** Whether a network is reminded in posts of its own. What it is not reminded of stands in the digest, with the way round. */
export function isReminded(whoMay: WhoMay, standing: Standing): boolean {
  if (whoMay === "ecosoc") return standing !== "no";
  return whoMay === "anyone" || whoMay === "national";
}

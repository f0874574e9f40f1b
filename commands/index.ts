/** Every command there is, in the order help lists them. */
import type { AnyCommand } from "../src/command.ts";
import { audit } from "./audit.ts";
import { follow, unfollow } from "./follow.ts";
import { help } from "./help.ts";
import { networkAdd, networkRemove, networkSet, networkShow } from "./network.ts";
import { pause, resume } from "./pause.ts";
import { roleCode, roleDrop, roleRevoke, roleShow, roleUse } from "./role.ts";
import { room, roomSet } from "./room.ts";
import { undo } from "./undo.ts";

export const commands: readonly AnyCommand[] = [
  room, roomSet, follow, unfollow, pause, resume,
  networkShow, networkSet, networkAdd, networkRemove,
  undo, roleShow, roleUse, roleCode, roleDrop, roleRevoke, audit, help,
];

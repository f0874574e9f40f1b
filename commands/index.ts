/** Every command there is, in the order help lists them. */
import type { AnyCommand } from "../src/command.ts";
import { audit } from "./audit.ts";
import { callClose } from "./call-close.ts";
import { callHold } from "./call-hold.ts";
import { callList } from "./call-list.ts";
import { callNew } from "./call-new.ts";
import { callOpen } from "./call-open.ts";
import { callPublish } from "./call-publish.ts";
import { callShow } from "./call-show.ts";
import { callSupport } from "./call-support.ts";
import { callTakeback } from "./call-takeback.ts";
import { callText } from "./call-text.ts";
import { callWithdrawSupport } from "./call-withdraw-support.ts";
import { follow, unfollow } from "./follow.ts";
import { help } from "./help.ts";
import { networkAdd, networkRemove, networkSet, networkShow } from "./network.ts";
import { pause, resume } from "./pause.ts";
import { roleCode, roleDrop, roleRevoke, roleShow, roleUse } from "./role.ts";
import { room, roomSet } from "./room.ts";
import { sourceAdd } from "./source-add.ts";
import { sourceHide, sourceUnhide } from "./source-hide.ts";
import { sourceList } from "./source-list.ts";
import { sourcePause, sourceResume } from "./source-pause.ts";
import { sourceRemove } from "./source-remove.ts";
import { sourceShow } from "./source-show.ts";
import { undo } from "./undo.ts";

export const commands: readonly AnyCommand[] = [
  callList, callShow, callSupport, callWithdrawSupport, callNew, callText, callPublish, callHold, callOpen, callClose, callTakeback,
  room, roomSet, follow, unfollow, pause, resume,
  networkShow, networkSet, networkAdd, networkRemove,
  sourceList, sourceShow, sourceHide, sourceUnhide, sourceAdd, sourcePause, sourceResume, sourceRemove,
  undo, roleShow, roleUse, roleCode, roleDrop, roleRevoke, audit, help,
];

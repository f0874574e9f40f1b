/** Every command there is, in the order help lists them. */
import type { AnyCommand } from "../src/command.ts";
import { audit } from "./audit.ts";
import { calendarLinkNew } from "./calendar-link.ts";
import { calendarList } from "./calendar-list.ts";
import { calendarRevoke } from "./calendar-revoke.ts";
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
import { claimConfirm, claimDismiss, claimWithdraw } from "./claim.ts";
import { copy } from "./copy.ts";
import { deadlineAdd } from "./deadline-add.ts";
import { deadlineCancel } from "./deadline-cancel.ts";
import { deadlineConfirm } from "./deadline-confirm.ts";
import { deadlineHistory } from "./deadline-history.ts";
import { deadlineInternal } from "./deadline-internal.ts";
import { deadlineMove } from "./deadline-move.ts";
import { deadlineShow } from "./deadline-show.ts";
import { deadlines } from "./deadlines.ts";
import { follow, unfollow } from "./follow.ts";
import { help } from "./help.ts";
import { hide } from "./hide.ts";
import { invite } from "./invite.ts";
import { explain, item, sourceExplain } from "./item.ts";
import { join } from "./join.ts";
import { leave } from "./leave.ts";
import { missed } from "./missed.ts";
import { networkAdd, networkRemove, networkSet, networkShow } from "./network.ts";
import { pause, resume } from "./pause.ts";
import { preview } from "./preview.ts";
import { proposalConfirm, proposalCorrect } from "./proposal-confirm.ts";
import { proposalDismiss, proposalReopen } from "./proposal-dismiss.ts";
import { proposals, proposalShow } from "./proposals.ts";
import { propose } from "./propose.ts";
import { release } from "./release.ts";
import { retry } from "./retry.ts";
import { roleCode, roleDrop, roleRevoke, roleShow, roleUse } from "./role.ts";
import { roomCheck } from "./room-check.ts";
import { roomMoved } from "./room-moved.ts";
import { room, roomSet } from "./room.ts";
import { session, sessionShow } from "./session.ts";
import { snooze } from "./snooze.ts";
import { sourceAdd } from "./source-add.ts";
import { sourceDirectory } from "./source-directory.ts";
import { sourceExport } from "./source-export.ts";
import { sourceHide, sourceUnhide } from "./source-hide.ts";
import { sourceImport } from "./source-import.ts";
import { sourceList } from "./source-list.ts";
import { sourceAllow, sourceNever } from "./source-never.ts";
import { sourceOfficial } from "./source-official.ts";
import { sourcePause, sourceResume } from "./source-pause.ts";
import { sourceRemove } from "./source-remove.ts";
import { sourceShow } from "./source-show.ts";
import { sourceTest } from "./source-test.ts";
import { sourceOnly, sourceWithout } from "./source-words.ts";
import { status } from "./status.ts";
import { take } from "./take.ts";
import { undo } from "./undo.ts";
import { unheardClear, unheardDevice, unheardKey } from "./unheard.ts";
import { unhide } from "./unhide.ts";
import { upr } from "./upr.ts";

export const commands: readonly AnyCommand[] = [
  deadlines, session, sessionShow, upr, preview,
  deadlineShow, deadlineHistory, deadlineAdd, deadlineInternal, deadlineMove, deadlineCancel, deadlineConfirm, claimConfirm, claimDismiss, claimWithdraw,
  take, release, snooze, hide, unhide, copy,
  callList, callShow, callSupport, callWithdrawSupport, callNew, callText, callPublish, callHold, callOpen, callClose, callTakeback,
  room, roomSet, join, leave, invite, roomCheck, roomMoved, missed, unheardClear, unheardDevice, unheardKey, follow, unfollow, pause, resume,
  networkShow, networkSet, networkAdd, networkRemove,
  sourceDirectory, sourceList, sourceShow, item, explain, sourceExplain, sourceOnly, sourceWithout, sourceNever, sourceAllow, sourceHide, sourceUnhide, sourceTest, sourceAdd, sourceOfficial, sourcePause, sourceResume, sourceRemove, sourceImport, sourceExport,
  calendarLinkNew, calendarList, calendarRevoke,
  propose, proposals, proposalShow, proposalConfirm, proposalCorrect, proposalDismiss, proposalReopen,
  undo, status, retry, roleShow, roleUse, roleCode, roleDrop, roleRevoke, audit, help,
];

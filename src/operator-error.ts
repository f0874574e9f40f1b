/** What can go wrong for the person who starts and keeps Clarion, before or beside any chat. */
import { speak } from "./i18n.ts";

/** Every code has a `console.error.CODE` sentence in the catalogue and a line with its remedy in `docs/what-happens-if.md`. */
export const OPERATOR_CODES = [
  "verb_unknown",
  "verb_incomplete",
  "option_unknown",
  "option_misused",
  "bad_room",
  "bad_role",
  "bad_instant",
  "bad_day",
  "days_missing",
  "days_reversed",
  "line_missing",
  "source_unread",
  "target_unnamed",
  "copy_unnamed",
  "setting_unknown",
  "setting_wrong",
  "setting_twice",
  "secret_unreadable",
  "slack_key_kind",
  "slack_bot_token_missing",
  "slack_way_missing",
  "slack_workspaces_wrong",
  "slack_token_twice",
  "slack_workspace_twice",
  "matrix_setting_wrong",
  "matrix_setting_missing",
  "matrix_unset",
  "matrix_setup_incomplete",
  "matrix_room_wrong",
  "matrix_room_closed",
  "matrix_user_wrong",
  "port_taken",
  "matrix_unreachable",
  "matrix_login_missing",
  "matrix_login_refused",
  "matrix_account_changed",
  "matrix_device_missing",
  "matrix_device_other",
  "matrix_device_same",
  "matrix_session_damaged",
  "matrix_password_needed",
  "matrix_recovery_key_missing",
  "matrix_recovery_key_wrong",
  "matrix_store_key_missing",
  "matrix_keys_missing",
  "matrix_keys_old",
  "matrix_keys_used",
  "matrix_keys_in_use",
  "matrix_keys_unreadable",
  "matrix_keys_locked",
  "matrix_store_failed",
  "matrix_crypto_failed",
  "matrix_logged_out",
  "slack_channel_unknown",
  "setup_incomplete",
  "with_unknown",
  "without_unknown",
  "prefix_wrong",
  "http_wrong",
  "key_short",
  "key_damaged",
  "folder_held",
  "folder_busy",
  "disk_unfit",
  "database_missing",
  "database_newer",
  "database_damaged",
  "database_unreadable",
  "step_failed",
  "target_exists",
  "backup_failed",
  "backup_missing",
  "copy_broken",
  "copy_damaged",
  "restore_failed",
] as const;
export type OperatorCode = (typeof OPERATOR_CODES)[number];

/**
 * Expected, and said on the command line in the operator's language. `values` fill the sentence: names of settings and options, paths, never
 * a secret. `message` is the English sentence, for logs and for programs that have no language.
 */
export class OperatorError extends Error {
  readonly code: OperatorCode;
  readonly values: Readonly<Record<string, string>>;
  constructor(code: OperatorCode, values: Record<string, string> = {}, cause?: unknown) {
    super(speak("en")(`console.error.${code}`, values), cause === undefined ? {} : { cause });
    this.name = "OperatorError";
    this.code = code;
    this.values = values;
  }
}

/**
 * Actions as buttons, the last and plainest of many in a menu. A button's `value` is its command line, and `action_id` is `line:N`, where N is the number
 * of the action (of the first one, for a menu). What does not fit on a button is said in full above it.
 */
import type { ActionsBlock, Button, ConfirmationDialog, KnownBlock, Overflow } from "@slack/types";
import { speak, type Say } from "../../../src/i18n.ts";
import type { Action, Language, Span } from "../../../src/message.ts";
import { drawLines, weigh } from "./blocks.ts";
import {
  BUTTONS_BEFORE_MENU, CONFIRM_BUTTON_LIMIT, CONFIRM_TEXT_LIMIT, CONFIRM_TITLE_LIMIT, ELEMENTS_IN_ACTIONS, LABEL_LIMIT, LETTERS_IN_ACTIONS, MENU_LEAST, MENU_MOST, OPTION_VALUE_LIMIT, VALUE_LIMIT,
} from "./limits.ts";
import { drawLine } from "./spans.ts";
import { plainText } from "./text.ts";

type Numbered = { action: Action; number: number };

/** Lines of text where something does not fit a button, then the buttons. `blockId` names the actions blocks, which are counted from 0. */
export function drawActions(actions: readonly Action[], language: Language, blockId?: (index: number) => string): KnownBlock[] {
  const say = speak(language);
  const numbered = actions.map((action, number) => ({ action, number }));
  const pressed = numbered.filter(({ action }) => action.command.length <= VALUE_LIMIT);
  const menu = menuOf(pressed);
  const elements: (Button | Overflow)[] = pressed.filter((each) => !menu.includes(each)).map((each) => drawButton(each, say));
  if (menu.length > 0) elements.push(drawMenu(menu));
  const blocks = rowsOf(elements).map((row, index): ActionsBlock => {
    const id = blockId?.(index);
    return { type: "actions", ...(id === undefined ? {} : { block_id: id }), elements: row };
  });
  return [...drawLines(numbered.flatMap(({ action }) => explain(action, say)).map((words) => drawLine(words, language)), "section"), ...blocks];
}

/** As many together as a block takes, and as a post takes beside other things: what a button asks first is long. */
function rowsOf<T extends Button | Overflow>(elements: readonly T[]): T[][] {
  const rows: T[][] = [];
  let letters = 0;
  for (const element of elements) {
    const longer = weigh({ type: "actions", elements: [element] });
    const row = rows.at(-1);
    if (row === undefined || row.length === ELEMENTS_IN_ACTIONS || letters + longer > LETTERS_IN_ACTIONS) {
      rows.push([element]);
      letters = longer;
    } else {
      row.push(element);
      letters += longer;
    }
  }
  return rows;
}

/** The last few actions that a menu can hold: without a question, without a colour, with a short line. Never one alone. */
function menuOf(actions: readonly Numbered[]): Numbered[] {
  if (actions.length <= BUTTONS_BEFORE_MENU) return [];
  const fitting = actions
    .slice(1)
    .filter(({ action }) => action.confirm === undefined && action.style === undefined && action.command.length <= OPTION_VALUE_LIMIT && action.label.length <= LABEL_LIMIT);
  const wanted = Math.min(MENU_MOST, Math.max(MENU_LEAST, actions.length - BUTTONS_BEFORE_MENU));
  const menu = fitting.slice(-wanted);
  const isTellable = new Set(menu.map(({ action }) => action.command)).size === menu.length;
  return menu.length >= MENU_LEAST && isTellable ? menu : [];
}

function drawButton({ action, number }: Numbered, say: Say): Button {
  const { label, command, style, confirm } = action;
  return {
    type: "button",
    action_id: `line:${number}`,
    text: plainText(label, LABEL_LIMIT),
    value: command,
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined ? {} : { confirm: drawConfirm(action, confirm, say) }),
  };
}

function drawConfirm({ label, style }: Action, question: string, say: Say): ConfirmationDialog {
  return {
    title: plainText(label, CONFIRM_TITLE_LIMIT),
    text: plainText(question, CONFIRM_TEXT_LIMIT),
    confirm: plainText(label.length <= CONFIRM_BUTTON_LIMIT ? label : say("slack.confirm"), CONFIRM_BUTTON_LIMIT),
    deny: plainText(say("slack.cancel"), CONFIRM_BUTTON_LIMIT),
    ...(style === undefined ? {} : { style }),
  };
}

function drawMenu(menu: readonly Numbered[]): Overflow {
  return {
    type: "overflow",
    action_id: `line:${menu[0]?.number ?? 0}`,
    options: menu.map(({ action }) => ({ text: plainText(action.label, LABEL_LIMIT), value: action.command })),
  };
}

/** What a button cannot show whole: its label, its question, or its line where Slack would not carry it. */
function explain({ label, command, confirm }: Action, say: Say): Span[][] {
  const lines: Span[][] = [];
  if (command.length > VALUE_LIMIT) lines.push(say.spans("line.pair", { label, value: { code: command } }));
  else if (label.length > LABEL_LIMIT) lines.push([say("slack.button.full", { label })]);
  if (confirm !== undefined && confirm.length > CONFIRM_TEXT_LIMIT) lines.push(say.spans("line.pair", { label: { strong: label }, value: [confirm] }));
  return lines;
}

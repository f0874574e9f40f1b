/** What Slack takes, from its reference pages; a few numbers are ours and stay below theirs. Lengths are counted in UTF-16 units, which is never less than Slack counts. */

/* A message */
export const BLOCKS_IN_MESSAGE = 50;
/** The sum over a message's blocks: Slack answers `msg_blocks_too_long` somewhere above 13,000 and does not say where; `&`, `<` and `>` count as they are escaped. */
export const LETTERS_IN_MESSAGE = 11_500;
/** What each block adds to that sum beside its text, as people have measured. */
export const BLOCK_WEIGHT = 125;
/** The top-level `text`: over 4,000 an edit is refused. */
export const FALLBACK_LIMIT = 3_000;

/* A modal or a Home tab */
export const BLOCKS_IN_VIEW = 100;
/** Ours: 250 kB is the limit of a whole view, and nobody reads more than this in a window. */
export const LETTERS_IN_VIEW = 30_000;
export const VIEW_TITLE_LIMIT = 24;

/* Blocks */
export const HEADER_LIMIT = 150;
export const CONTEXT_LIMIT = 2_000;
/** Ours, for one rich text block, list item or line: no number is documented. A text of nothing but `&` still fits a message. */
export const LETTERS_IN_BLOCK = 2_100;
export const LINES_IN_BLOCK = 50;
export const ELEMENTS_IN_ACTIONS = 25;
/** Ours: questions before buttons can be longer than a whole message may be. Each element counts as a block of its own, so that 25 plain ones stay together. */
export const LETTERS_IN_ACTIONS = 6_000;
/** Ours; Slack takes 3,000. */
export const LINK_LIMIT = 2_000;
/** Ours: what is longer is a text beside the link. */
export const LINK_LABEL_LIMIT = 200;

/* Buttons, menus and their questions */
export const LABEL_LIMIT = 75;
export const VALUE_LIMIT = 2_000;
export const OPTION_VALUE_LIMIT = 150;
export const CONFIRM_TITLE_LIMIT = 100;
export const CONFIRM_TEXT_LIMIT = 300;
export const CONFIRM_BUTTON_LIMIT = 30;
export const MENU_LEAST = 2;
export const MENU_MOST = 5;
/** Ours: more buttons than these in a row make a telephone's screen full of them. */
export const BUTTONS_BEFORE_MENU = 4;

/* Inputs */
export const OPTIONS_IN_SELECT = 100;
export const INPUT_LIMIT = 3_000;
export const INPUT_LABEL_LIMIT = 2_000;
export const PLACEHOLDER_LIMIT = 150;

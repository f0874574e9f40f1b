/** How much goes into one event. An event may have 65,536 bytes as a whole, and encryption makes four of every three of them. */

/** Ours, of content as JSON. An edit carries its body once more for clients that know no edits, and still fits when it is encrypted. */
export const CONTENT_BYTES = 24_000;
/** Kept free in each event for what is around its lines: the names of fields, the discreet line, the line that says which part it is. */
export const FRAME_BYTES = 3_000;
/** Ours: a line of more bytes than this, drawn both ways, is divided. */
export const LINE_BYTES = 10_000;
/** Units of text drawn at once where a line is divided. Escaped, drawn both ways, no unit takes more than 11 bytes. */
export const TEXT_UNITS = 1_000;
/** Ours: what is longer is written out instead of being a link. */
export const LINK_LIMIT = 1_000;
/** Ours: what is longer is a text beside the link. */
export const LINK_LABEL_LIMIT = 200;
/** The line a notification shows, and the title on a page that goes on. */
export const FIRST_LINE_LIMIT = 200;

/** Each rule of the checker with a payload that keeps it and one that breaks it: a checker that finds nothing proves nothing. */
import { describe, expect, it } from "vitest";
import { checkBlocks, weighBlocks } from "../../support/slack/check-blocks.ts";
import { checkMessage, type MessageKind } from "../../support/slack/check-message.ts";
import { checkMrkdwn, checkText } from "../../support/slack/check-text.ts";
import { checkView } from "../../support/slack/check-view.ts";

type Json = Record<string, unknown>;
/** What the rule demands, a value that keeps it, one that breaks it, and what is then said. */
type Rule<T> = [rule: string, keeps: T, breaks: T, said: string];

const plain = (text: string, more: Json = {}): Json => ({ type: "plain_text", text, ...more });
const mrkdwn = (text: string, more: Json = {}): Json => ({ type: "mrkdwn", text, ...more });
const letters = (count: number): string => "a".repeat(count);
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => make(index));
const option = (value: string, more: Json = {}): Json => ({ text: plain(value), value, ...more });
const options = (count: number): Json[] => many(count, (index) => option(`v${index}`));
const button = (more: Json = {}): Json => ({ type: "button", text: plain("Take it"), value: "take upr55-phl", ...more });
const actions = (...elements: Json[]): Json => ({ type: "actions", elements });
const section = (more: Json): Json => ({ type: "section", ...more });
const asking = (element: Json, more: Json = {}): Json => ({ type: "input", label: plain("Until when"), element, ...more });
const select = (more: Json): Json => ({ type: "static_select", ...more });
const entry = (more: Json = {}): Json => ({ type: "plain_text_input", ...more });
const picture = (more: Json = {}): Json => ({ type: "image", alt_text: "a map", image_url: "https://example.org/map.png", ...more });
const rich = (...elements: Json[]): Json => ({ type: "rich_text", elements });
const run = (...elements: Json[]): Json => ({ type: "rich_text_section", elements });
const words = (text: string, more: Json = {}): Json => ({ type: "text", text, ...more });
const day = (more: Json = {}): Json => ({ type: "date", timestamp: 1_802_260_800, format: "{date_long} {time}", fallback: "10 Feb 2027, 12:00 UTC", ...more });
const confirm = (more: Json = {}): Json => button({ confirm: { title: plain("Sure?"), text: plain("It goes to all."), confirm: plain("Yes"), deny: plain("No"), ...more } });

describe("the checker of blocks", () => {
  const rules: Rule<Json>[] = [
    ["takes only types it knows", { type: "divider" }, { type: "table", rows: [] }, 'blocks[0].type: unknown type "table"'],
    ["takes no field it does not know", { type: "divider", block_id: "a" }, { type: "divider", colour: "red" }, "blocks[0]: unknown field colour"],
    ["keeps a block_id to 255", { type: "divider", block_id: letters(255) }, { type: "divider", block_id: letters(256) }, "blocks[0].block_id: 256 characters, at most 255"],
    ["refuses an empty block_id", { type: "divider" }, { type: "divider", block_id: "" }, "blocks[0].block_id: 0 characters, at least 1"],

    ["keeps a header to 150", { type: "header", text: plain(letters(150)) }, { type: "header", text: plain(letters(151)) }, "blocks[0].text.text: 151 characters, at most 150"],
    ["counts a character of four bytes as two", { type: "header", text: plain("🫶".repeat(75)) }, { type: "header", text: plain("🫶".repeat(76)) }, "blocks[0].text.text: 152 characters, at most 150"],
    ["wants a header plain", { type: "header", text: plain("A") }, { type: "header", text: mrkdwn("A") }, 'blocks[0].text.type: "mrkdwn" is none of plain_text'],
    ["wants a header's text", { type: "header", text: plain("A") }, { type: "header" }, "blocks[0].text: missing"],
    ["refuses an empty text", { type: "header", text: plain("A") }, { type: "header", text: plain("") }, "blocks[0].text.text: 0 characters, at least 1"],
    ["refuses a blank text", { type: "header", text: plain("A") }, { type: "header", text: plain("  ") }, "blocks[0].text.text: nothing but blanks"],
    ["refuses half of a surrogate pair", { type: "header", text: plain("🫶") }, { type: "header", text: plain("🫶".slice(0, 1)) }, "blocks[0].text.text: half of a surrogate pair"],
    ["lets emoji stand with plain text only", section({ text: plain("A", { emoji: false }) }), section({ text: mrkdwn("A", { emoji: false }) }), "blocks[0].text: unknown field emoji"],
    ["lets verbatim stand with mrkdwn only", section({ text: mrkdwn("A", { verbatim: true }) }), section({ text: plain("A", { verbatim: true }) }), "blocks[0].text: unknown field verbatim"],

    ["keeps a section to 3,000", section({ text: plain(letters(3000)) }), section({ text: plain(letters(3001)) }), "blocks[0].text.text: 3001 characters, at most 3000"],
    ["reads the mrkdwn of a section", section({ text: mrkdwn("a &lt;b&gt;") }), section({ text: mrkdwn("a <b>") }), "blocks[0].text.text: neither a date nor an https link: <b>"],
    ["wants a text or fields in a section", section({ fields: [plain("A")] }), section({}), "blocks[0]: a section needs a text or fields"],
    ["keeps a section to 10 fields", section({ fields: many(10, () => plain("A")) }), section({ fields: many(11, () => plain("A")) }), "blocks[0].fields: 11 items, at most 10"],
    ["refuses an empty list of fields", section({ text: plain("A") }), section({ text: plain("A"), fields: [] }), "blocks[0].fields: 0 items, at least 1"],
    ["keeps a field to 2,000", section({ fields: [plain(letters(2000))] }), section({ fields: [plain(letters(2001))] }), "blocks[0].fields[0].text: 2001 characters, at most 2000"],
    ["lets a picture stand beside a section, an input not", section({ text: plain("A"), accessory: picture() }), section({ text: plain("A"), accessory: entry() }), 'blocks[0].accessory.type: unknown type "plain_text_input"'],

    ["keeps a context to 10 elements", { type: "context", elements: many(10, () => plain("A")) }, { type: "context", elements: many(11, () => plain("A")) }, "blocks[0].elements: 11 items, at most 10"],
    ["keeps a context's text to 2,000", { type: "context", elements: [plain(letters(2000))] }, { type: "context", elements: [plain(letters(2001))] }, "blocks[0].elements[0].text: 2001 characters, at most 2000"],
    ["takes no button in a context", { type: "context", elements: [picture()] }, { type: "context", elements: [button()] }, 'blocks[0].elements[0].type: unknown type "button"'],
    ["refuses an empty context", { type: "context", elements: [plain("A")] }, { type: "context", elements: [] }, "blocks[0].elements: 0 items, at least 1"],

    ["keeps actions to 25", actions(...many(25, () => button())), actions(...many(26, () => button())), "blocks[0].elements: 26 items, at most 25"],
    ["refuses empty actions", actions(button()), actions(), "blocks[0].elements: 0 items, at least 1"],
    ["wants an action_id once in a block", actions(button({ action_id: "a" }), button({ action_id: "b" })), actions(button({ action_id: "a" }), button({ action_id: "a" })), "blocks[0]: action_id a used twice"],
    ["keeps an action_id to 255", actions(button({ action_id: letters(255) })), actions(button({ action_id: letters(256) })), "blocks[0].elements[0].action_id: 256 characters, at most 255"],

    ["keeps a button to 75", actions(button({ text: plain(letters(75)) })), actions(button({ text: plain(letters(76)) })), "blocks[0].elements[0].text.text: 76 characters, at most 75"],
    ["keeps a button's value to 2,000", actions(button({ value: letters(2000) })), actions(button({ value: letters(2001) })), "blocks[0].elements[0].value: 2001 characters, at most 2000"],
    ["knows two styles of button", actions(button({ style: "danger" })), actions(button({ style: "default" })), 'blocks[0].elements[0].style: "default" is none of primary, danger'],
    ["keeps a button's address to https", actions(button({ url: "https://example.org/" })), actions(button({ url: "http://example.org/" })), "blocks[0].elements[0].url: not an https address"],
    ["keeps a button's address to 3,000", actions(button({ url: `https://example.org/${letters(2980)}` })), actions(button({ url: `https://example.org/${letters(2981)}` })), "blocks[0].elements[0].url: 3001 characters, at most 3000"],
    ["keeps a button's label for readers to 75", actions(button({ accessibility_label: letters(75) })), actions(button({ accessibility_label: letters(76) })), "blocks[0].elements[0].accessibility_label: 76 characters, at most 75"],

    ["keeps a question's title to 100", actions(confirm({ title: plain(letters(100)) })), actions(confirm({ title: plain(letters(101)) })), "blocks[0].elements[0].confirm.title.text: 101 characters, at most 100"],
    ["keeps a question to 300", actions(confirm({ text: plain(letters(300)) })), actions(confirm({ text: plain(letters(301)) })), "blocks[0].elements[0].confirm.text.text: 301 characters, at most 300"],
    ["wants a question plain", actions(confirm()), actions(confirm({ text: mrkdwn("Sure?") })), 'blocks[0].elements[0].confirm.text.type: "mrkdwn" is none of plain_text'],
    ["keeps a question's yes to 30", actions(confirm({ confirm: plain(letters(30)) })), actions(confirm({ confirm: plain(letters(31)) })), "blocks[0].elements[0].confirm.confirm.text: 31 characters, at most 30"],
    ["wants a question's no", actions(confirm()), actions(confirm({ deny: undefined })), "blocks[0].elements[0].confirm.deny: missing"],

    ["wants two options in an overflow menu", actions({ type: "overflow", options: options(2) }), actions({ type: "overflow", options: options(1) }), "blocks[0].elements[0].options: 1 items, at least 2"],
    ["keeps an overflow menu to 5", actions({ type: "overflow", options: options(5) }), actions({ type: "overflow", options: options(6) }), "blocks[0].elements[0].options: 6 items, at most 5"],
    ["wants a value for each option", actions({ type: "overflow", options: options(2) }), actions({ type: "overflow", options: [...options(1), { text: plain("A") }] }), "blocks[0].elements[0].options[1].value: missing"],
    ["wants different values", actions({ type: "overflow", options: options(2) }), actions({ type: "overflow", options: [option("a"), option("a")] }), "blocks[0].elements[0]: two options of one value"],
    ["keeps an option to 75", actions({ type: "overflow", options: [...options(1), option("a", { text: plain(letters(75)) })] }), actions({ type: "overflow", options: [...options(1), option("a", { text: plain(letters(76)) })] }), "blocks[0].elements[0].options[1].text.text: 76 characters, at most 75"],
    ["keeps an option's value to 150", actions(select({ options: [{ text: plain("A"), value: letters(150) }] })), actions(select({ options: [{ text: plain("A"), value: letters(151) }] })), "blocks[0].elements[0].options[0].value: 151 characters, at most 150"],
    ["keeps an option's description to 75", actions(select({ options: [option("a", { description: plain(letters(75)) })] })), actions(select({ options: [option("a", { description: plain(letters(76)) })] })), "blocks[0].elements[0].options[0].description.text: 76 characters, at most 75"],
    ["lets only overflow menus link", actions({ type: "overflow", options: [...options(1), option("a", { url: "https://example.org/" })] }), actions(select({ options: [option("a", { url: "https://example.org/" })] })), "blocks[0].elements[0].options[0]: unknown field url"],
    ["lets only choices be mrkdwn", actions({ type: "radio_buttons", options: [option("a", { text: mrkdwn("*A*") })] }), actions(select({ options: [option("a", { text: mrkdwn("*A*") })] })), 'blocks[0].elements[0].options[0].text.type: "mrkdwn" is none of plain_text'],

    ["keeps a select to 100", actions(select({ options: options(100) })), actions(select({ options: options(101) })), "blocks[0].elements[0].options: 101 items, at most 100"],
    ["wants options or groups", actions(select({ option_groups: [{ label: plain("A"), options: options(1) }] })), actions(select({})), "blocks[0].elements[0]: a select needs either options or groups of them"],
    ["refuses options and groups at once", actions(select({ options: options(1) })), actions(select({ options: options(1), option_groups: [{ label: plain("A"), options: options(1) }] })), "blocks[0].elements[0]: a select needs either options or groups of them"],
    ["wants the first choice among the options", actions(select({ options: options(2), initial_option: option("v1") })), actions(select({ options: options(2), initial_option: option("v2") })), "blocks[0].elements[0]: the first choice is none of the options"],
    ["keeps a placeholder to 150", actions(select({ options: options(1), placeholder: plain(letters(150)) })), actions(select({ options: options(1), placeholder: plain(letters(151)) })), "blocks[0].elements[0].placeholder.text: 151 characters, at most 150"],
    ["keeps checkboxes to 10", actions({ type: "checkboxes", options: options(10) }), actions({ type: "checkboxes", options: options(11) }), "blocks[0].elements[0].options: 11 items, at most 10"],
    ["wants ticked boxes among the boxes", actions({ type: "checkboxes", options: options(1), initial_options: options(1) }), actions({ type: "checkboxes", options: options(1), initial_options: [option("b")] }), "blocks[0].elements[0]: the first choice is none of the options"],
    ["keeps radio buttons to 10", actions({ type: "radio_buttons", options: options(10) }), actions({ type: "radio_buttons", options: options(11) }), "blocks[0].elements[0].options: 11 items, at most 10"],
    ["wants a real day", actions({ type: "datepicker", initial_date: "2028-02-29" }), actions({ type: "datepicker", initial_date: "2027-02-29" }), "blocks[0].elements[0].initial_date: not a day as YYYY-MM-DD"],
    ["takes no element Clarion has no use for", actions({ type: "datepicker" }), actions({ type: "users_select" }), 'blocks[0].elements[0].type: unknown type "users_select"'],

    ["wants words for a picture", picture(), picture({ alt_text: undefined }), "blocks[0].alt_text: missing"],
    ["keeps a picture's words to 2,000", picture({ alt_text: letters(2000) }), picture({ alt_text: letters(2001) }), "blocks[0].alt_text: 2001 characters, at most 2000"],
    ["keeps a picture's title to 2,000", picture({ title: plain(letters(2000)) }), picture({ title: plain(letters(2001)) }), "blocks[0].title.text: 2001 characters, at most 2000"],
    ["wants an address or a file of a picture", picture({ image_url: undefined, slack_file: { id: "F123" } }), picture({ slack_file: { id: "F123" } }), "blocks[0]: a picture needs either an address or a file"],
    ["asks in views only", section({ text: plain("A") }), asking(entry()), 'blocks[0].type: unknown type "input"'],
    ["lets nothing take the focus in a message", actions(select({ options: options(1) })), actions(select({ options: options(1), focus_on_load: true })), "blocks: focus_on_load outside a view"],
  ];
  it.each(rules)("%s", (_, keeps, breaks, said) => {
    expect(checkBlocks([keeps], "message")).toEqual([]);
    expect(checkBlocks([breaks], "message")).toContain(said);
  });

  it("counts the blocks of a message to 50, of a view to 100", () => {
    const dividers = (count: number): Json[] => many(count, () => ({ type: "divider" }));
    expect(checkBlocks(dividers(50), "message")).toEqual([]);
    expect(checkBlocks(dividers(51), "message")).toEqual(["blocks: 51 items, at most 50"]);
    expect(checkBlocks(dividers(100), "home")).toEqual([]);
    expect(checkBlocks(dividers(101), "home")).toEqual(["blocks: 101 items, at most 100"]);
    expect(checkBlocks([], "message")).toEqual(["blocks: 0 items, at least 1"]);
  });

  it("wants a block_id once in a message", () => {
    expect(checkBlocks([{ type: "divider", block_id: "a" }, { type: "divider", block_id: "b" }, { type: "divider" }, { type: "divider" }], "message")).toEqual([]);
    expect(checkBlocks([{ type: "divider", block_id: "a" }, { type: "divider", block_id: "a" }], "message")).toEqual(["blocks[1].block_id: used twice"]);
  });

  it("names what is no list and what is no block", () => {
    expect(checkBlocks(undefined, "message")).toEqual(["blocks: missing"]);
    expect(checkBlocks("[]", "message")).toEqual(["blocks: not of type array"]);
    expect(checkBlocks([null], "message")).toEqual(["blocks[0]: not of type object"]);
  });
});

describe("the checker of rich text", () => {
  const list = (more: Json = {}): Json => ({ type: "rich_text_list", style: "bullet", elements: [run(words("A"))], ...more });
  const rules: Rule<Json>[] = [
    ["refuses a block without elements", rich(run(words("A"))), rich(), "blocks[0].elements: 0 items, at least 1"],
    ["refuses a section without elements", rich(run(words("A"))), rich(run()), "blocks[0].elements[0].elements: 0 items, at least 1"],
    ["refuses an empty text", rich(run(words(" "))), rich(run(words(""))), "blocks[0].elements[0].elements[0].text: 0 characters, at least 1"],
    ["takes text in sections only", rich(run(words("A"))), rich(words("A")), 'blocks[0].elements[0].type: unknown type "text"'],
    ["takes only kinds it knows", rich(run({ type: "emoji", name: "wave" })), rich(run({ type: "canvas", file_id: "F1" })), 'blocks[0].elements[0].elements[0].type: unknown type "canvas"'],
    ["knows the styles of text", rich(run(words("A", { style: { bold: true, code: true } }))), rich(run(words("A", { style: { strong: true } }))), "blocks[0].elements[0].elements[0].style: unknown field strong"],
    ["lets no link be code", rich(run({ type: "link", url: "https://example.org/", style: { bold: true } })), rich(run({ type: "link", url: "https://example.org/", style: { code: true } })), "blocks[0].elements[0].elements[0].style: unknown field code"],
    ["lets no date be code", rich(run(day({ style: { strike: true } }))), rich(run(day({ style: { code: true } }))), "blocks[0].elements[0].elements[0].style: unknown field code"],
    ["keeps links to https", rich(run({ type: "link", url: "https://example.org/", text: "there" })), rich(run({ type: "link", url: "javascript:alert(1)", text: "there" })), "blocks[0].elements[0].elements[0].url: not an https address"],
    ["refuses a link's empty text", rich(run({ type: "link", url: "https://example.org/" })), rich(run({ type: "link", url: "https://example.org/", text: "" })), "blocks[0].elements[0].elements[0].text: 0 characters, at least 1"],
    ["wants a date's fallback", rich(run(day())), rich(run(day({ fallback: undefined }))), "blocks[0].elements[0].elements[0].fallback: missing"],
    ["wants a date in seconds", rich(run(day())), rich(run(day({ timestamp: 1_802_260_800_000 }))), "blocks[0].elements[0].elements[0].timestamp: a time in milliseconds, not in seconds"],
    ["wants a date in whole seconds", rich(run(day())), rich(run(day({ timestamp: 1.5 }))), "blocks[0].elements[0].elements[0].timestamp: a time that is not in whole seconds"],
    ["knows the words of a date", rich(run(day({ format: "{date_short_pretty}, {ago}" }))), rich(run(day({ format: "{date_huge}" }))), "blocks[0].elements[0].elements[0].format: unknown word of a date format: {date_huge}"],
    ["wants a word in a date's format", rich(run(day())), rich(run(day({ format: "soon" }))), "blocks[0].elements[0].elements[0].format: a date format without a word in braces"],
    ["wants closed braces in a date's format", rich(run(day())), rich(run(day({ format: "{date} {time" }))), "blocks[0].elements[0].elements[0].format: a brace of a date format that is not closed"],
    ["wants an emoji's name without colons", rich(run({ type: "emoji", name: "+1", unicode: "1f44d" })), rich(run({ type: "emoji", name: ":+1:" })), "blocks[0].elements[0].elements[0].name: not the name of an emoji"],
    ["wants a colour in hexadecimal", rich(run({ type: "color", value: "#F405B3" })), rich(run({ type: "color", value: "red" })), "blocks[0].elements[0].elements[0].value: not a colour in hexadecimal"],
    ["wants a list's style", rich(list()), rich(list({ style: undefined })), "blocks[0].elements[0].style: missing"],
    ["takes only sections in a list", rich(list()), rich(list({ elements: [words("A")] })), 'blocks[0].elements[0].elements[0].type: "text" is none of rich_text_section'],
    ["refuses an empty list", rich(list()), rich(list({ elements: [] })), "blocks[0].elements[0].elements: 0 items, at least 1"],
    ["keeps a list's indent to 8", rich(list({ indent: 8 })), rich(list({ indent: 9 })), "blocks[0].elements[0].indent: 9, at most 8"],
    ["knows a border or none", rich(list({ border: 1 })), rich(list({ border: 2 })), "blocks[0].elements[0].border: of no known shape"],
    ["refuses an empty quote", rich({ type: "rich_text_quote", elements: [day()] }), rich({ type: "rich_text_quote", elements: [] }), "blocks[0].elements[0].elements: 0 items, at least 1"],
    ["takes text and links only where text is preformatted", rich({ type: "rich_text_preformatted", elements: [words("A")] }), rich({ type: "rich_text_preformatted", elements: [day()] }), 'blocks[0].elements[0].elements[0].type: unknown type "date"'],
  ];
  it.each(rules)("%s", (_, keeps, breaks, said) => {
    expect(checkBlocks([keeps], "message")).toEqual([]);
    expect(checkBlocks([breaks], "message")).toContain(said);
  });

  it.each([
    { type: "user", user_id: "U123ABC" },
    { type: "usergroup", usergroup_id: "S123ABC" },
    { type: "channel", channel_id: "C123ABC" },
    { type: "team", team_id: "T123ABC" },
    { type: "broadcast", range: "here" },
  ])("knows a mention of kind $type and says that it is one", (mention) => {
    expect(checkBlocks([rich({ type: "rich_text_quote", elements: [words("A"), mention] })], "message")).toEqual([
      `blocks[0].elements[0].elements[1]: an active mention of kind ${mention.type}`,
    ]);
  });
});

describe("the checker of the Home tab", () => {
  it("lets a channel be named there, and still nobody be called", () => {
    const naming = (...elements: Json[]): string[] => checkBlocks([rich(run(...elements))], "home");
    expect(naming({ type: "channel", channel_id: "C123ABC" })).toEqual([]);
    expect(naming({ type: "user", user_id: "U123ABC" })).toEqual(["blocks[0].elements[0].elements[0]: an active mention of kind user"]);
  });
});

describe("the checker of mrkdwn", () => {
  const link = "<https://example.org/a?b=1&amp;c=2|the page>";
  const date = "<!date^1802260800^{date_long_pretty} {time}|10 Feb 2027, 12:00 UTC>";
  const rules: Rule<string>[] = [
    ["lets escaped signs stand", "a &lt;b&gt; &amp; c", "a & b", 't: a "&" that is not escaped'],
    ["knows three entities only", "&amp;quot;", "&quot;", 't: a "&" that is not escaped'],
    ["wants < escaped", "1 &lt; 2", "1 < 2", 't: a "<" that is not escaped'],
    ["wants > escaped", "2 &gt; 1", "2 > 1", 't: a ">" that is not escaped'],
    ["lets a link with a label stand", link, "<https://example.org/>", "t: a link without one label: <https://example.org/>"],
    ["wants & escaped in links too", link, "<https://example.org/?a&b|there>", 't: a "&" that is not escaped'],
    ["keeps links to https", link, "<http://example.org/|there>", "t: neither a date nor an https link: <http://example.org/|there>"],
    ["refuses a link to write to", link, "<mailto:a@example.org|a>", "t: neither a date nor an https link: <mailto:a@example.org|a>"],
    ["refuses everyone", "&lt;!everyone&gt;", "<!everyone>", "t: an active broadcast or group: <!everyone>"],
    ["refuses a group", "the group", "<!subteam^S1>", "t: an active broadcast or group: <!subteam^S1>"],
    ["refuses a person", "@U123", "<@U123>", "t: an active mention: <@U123>"],
    ["refuses a channel", "#general", "<#C123>", "t: an active channel: <#C123>"],
    ["refuses a token inside a token", link, "<https://example.org/|<!here>", 't: a "<" that is not escaped'],
    ["lets a date with a fallback stand", date, "<!date^1802260800^{date}>", "t: a date without a fallback: <!date^1802260800^{date}>"],
    ["refuses an empty fallback", date, "<!date^1802260800^{date}| >", "t: a date without a fallback: <!date^1802260800^{date}| >"],
    ["wants a date in seconds", date, "<!date^1802260800000^{date}|then>", "t: a time in milliseconds, not in seconds"],
    ["knows the words of a date", date, "<!date^1802260800^{day}|then>", "t: unknown word of a date format: {day}"],
    ["keeps a date's link to https", "<!date^1802260800^{date}^https://example.org/|then>", "<!date^1802260800^{date}^http://example.org/|then>", "t: a date that links to no https address"],
    ["refuses half of a surrogate pair", "🫶", "🫶".slice(1), "t: half of a surrogate pair"],
  ];
  it.each(rules)("%s", (_, keeps, breaks, said) => {
    expect(checkMrkdwn(keeps, "t")).toEqual([]);
    expect(checkMrkdwn(breaks, "t")).toContain(said);
  });

  it("wants a text, keeps it to 4,000 and says when it would be cut", () => {
    expect(checkText(letters(4000))).toEqual([]);
    expect(checkText(undefined)).toEqual(["text: missing"]);
    expect(checkText(7)).toEqual(["text: not of type string"]);
    expect(checkText(" ")).toEqual(["text: empty"]);
    expect(checkText(letters(4001))).toEqual(["text: 4001 characters, at most 4000 recommended, and no edit takes more"]);
    expect(checkText(letters(40_001))).toEqual(["text: 40001 characters, cut after 40000"]);
  });
});

describe("the checker of messages", () => {
  const blocks = [section({ text: plain("A") })];
  const post = (more: Json = {}): Json => ({ channel: "C123", text: "A", blocks, unfurl_links: false, unfurl_media: false, ...more });
  const update = (more: Json = {}): Json => ({ channel: "C123", ts: "1802260800.000100", text: "A", blocks, ...more });
  const ephemeral = (more: Json = {}): Json => ({ channel: "C123", user: "U123", text: "A", blocks, ...more });
  const response = (more: Json = {}): Json => ({ response_type: "ephemeral", replace_original: true, text: "A", blocks, ...more });
  const metadata = (payload: Json, more: Json = {}): Json => ({ metadata: { event_type: "clarion_post", event_payload: payload, ...more } });

  const rules: [kind: MessageKind, ...Rule<Json>][] = [
    ["post", "wants a channel's id", post(), post({ channel: "#general" }), "message.channel: not the id of a channel"],
    ["post", "wants a text beside the blocks", post(), post({ text: undefined }), "text: missing"],
    ["post", "refuses an empty text beside the blocks", post({ blocks: undefined }), post({ text: "" }), "text: empty"],
    ["post", "reads the text as mrkdwn", post({ text: "&lt;!here&gt;" }), post({ text: "<!here>" }), "text: an active broadcast or group: <!here>"],
    ["post", "wants links unfurled never", post(), post({ unfurl_links: undefined }), "message.unfurl_links: missing"],
    ["post", "wants media unfurled never", post(), post({ unfurl_media: true }), "message.unfurl_media: true is none of false"],
    ["post", "refuses parse", post(), post({ parse: "full" }), "message: unknown field parse"],
    ["post", "refuses link_names", post(), post({ link_names: true }), "message: unknown field link_names"],
    ["post", "refuses attachments", post(), post({ attachments: [] }), "message: unknown field attachments"],
    ["post", "wants the timestamp of a thread", post({ thread_ts: "1802260800.000100" }), post({ thread_ts: "now" }), "message.thread_ts: not the timestamp of a message"],
    ["post", "reads the blocks", post(), post({ blocks: [{ type: "header" }] }), "blocks[0].text: missing"],
    ["post", "wants a name of metadata", post(metadata({ key: "k", page: 0 })), post({ metadata: { event_payload: {} } }), "message.metadata.event_type: missing"],
    ["post", "wants that name alphanumeric", post(metadata({})), post(metadata({}, { event_type: "clarion post" })), "message.metadata.event_type: not alphanumeric"],
    ["post", "keeps metadata one level deep", post(metadata({ a: { b: 1 } })), post(metadata({ a: { b: { c: 1 } } })), "message.metadata.event_payload.a: of no known shape"],
    ["post", "keeps metadata small", post(metadata({ key: letters(7000) })), post(metadata({ key: letters(8000) })), "message.metadata: over 8000 characters"],
    ["update", "wants what is edited", update(), update({ ts: undefined }), "message.ts: missing"],
    ["update", "knows no unfurling of an edit", update(), update({ unfurl_links: false }), "message: unknown field unfurl_links"],
    ["update", "keeps an edit's text to 4,000", update({ text: letters(4000) }), update({ text: letters(4001) }), "text: 4001 characters, at most 4000 recommended, and no edit takes more"],
    ["ephemeral", "wants the person who sees it", ephemeral(), ephemeral({ user: undefined }), "message.user: missing"],
    ["ephemeral", "takes no metadata", ephemeral(), ephemeral(metadata({})), "message: unknown field metadata"],
    ["response", "knows two types of answer", response(), response({ response_type: "public" }), 'message.response_type: "public" is none of ephemeral, in_channel'],
    ["response", "takes no channel", response(), response({ channel: "C123" }), "message: unknown field channel"],
    ["response", "wants a text unless it deletes", { delete_original: true }, { replace_original: true }, "text: missing"],
    ["response", "replaces or deletes", response(), response({ delete_original: true }), "message: replaces and deletes at once"],
    ["response", "unfurls nothing", response({ unfurl_links: false }), response({ unfurl_links: true }), "message.unfurl_links: true is none of false"],
  ];
  it.each(rules)("of kind %s: %s", (kind, _, keeps, breaks, said) => {
    expect(checkMessage(keeps, kind)).toEqual([]);
    expect(checkMessage(breaks, kind)).toContain(said);
  });

  it("weighs what blocks show, signs as their entities, and each block for itself", () => {
    const text = (content: string): Json => rich(run(words(content)));
    expect(weighBlocks([text("abc"), { type: "divider", block_id: letters(100) }])).toBe(253);
    expect(weighBlocks([text("<&>")])).toBe(125 + 13);
    expect(weighBlocks([actions(button({ value: letters(2000) }))])).toBe(125 + "Take it".length);
    expect(checkMessage(post({ blocks: [text(letters(13_074))] }))).toEqual([]);
    expect(checkMessage(post({ blocks: [text(letters(13_075))] }))).toEqual(["blocks: 13200 characters with what blocks weigh themselves, fewer than 13200"]);
  });
});

describe("the checker of views", () => {
  const modal = (more: Json = {}): Json => ({ type: "modal", title: plain("Take it"), submit: plain("Send"), close: plain("Close"), blocks: [asking(entry())], ...more });
  const home = (more: Json = {}): Json => ({ type: "home", blocks: [section({ text: plain("A") })], ...more });
  const asked = (element: Json, more: Json = {}): Json => modal({ blocks: [asking(element, more)] });

  const rules: Rule<Json>[] = [
    ["knows two types of view", modal(), modal({ type: "workflow_step" }), 'view.type: unknown type "workflow_step"'],
    ["wants a title", modal(), modal({ title: undefined }), "view.title: missing"],
    ["keeps a title to 24", modal({ title: plain(letters(24)) }), modal({ title: plain(letters(25)) }), "view.title.text: 25 characters, at most 24"],
    ["wants a title plain", modal(), modal({ title: mrkdwn("A") }), 'view.title.type: "mrkdwn" is none of plain_text'],
    ["keeps submit to 24", modal({ submit: plain(letters(24)) }), modal({ submit: plain(letters(25)) }), "view.submit.text: 25 characters, at most 24"],
    ["keeps close to 24", modal({ close: plain(letters(24)) }), modal({ close: plain(letters(25)) }), "view.close.text: 25 characters, at most 24"],
    ["wants submit where something is asked", modal({ submit: undefined, blocks: [{ type: "divider" }] }), modal({ submit: undefined }), "view: a view with inputs needs submit"],
    ["keeps private_metadata to 3,000", modal({ private_metadata: letters(3000) }), modal({ private_metadata: letters(3001) }), "view.private_metadata: 3001 characters, at most 3000"],
    ["keeps a callback_id to 255", modal({ callback_id: letters(255) }), modal({ callback_id: letters(256) }), "view.callback_id: 256 characters, at most 255"],
    ["takes no field it does not know", modal({ notify_on_close: true }), modal({ hash: "1.2" }), "view: unknown field hash"],
    ["lets a home have no title", home(), home({ title: plain("A") }), "view: unknown field title"],
    ["lets a home have no submit", home(), home({ submit: plain("Send") }), "view: unknown field submit"],
    ["keeps a view to 100 blocks", home({ blocks: many(100, () => ({ type: "divider" })) }), home({ blocks: many(101, () => ({ type: "divider" })) }), "view.blocks: 101 items, at most 100"],
    ["refuses a view without blocks", home(), home({ blocks: [] }), "view.blocks: 0 items, at least 1"],
    ["wants a block_id once", modal({ blocks: [asking(entry(), { block_id: "a" }), asking(entry(), { block_id: "b" })] }), modal({ blocks: [asking(entry(), { block_id: "a" }), asking(entry(), { block_id: "a" })] }), "view.blocks[1].block_id: used twice"],
    ["keeps a view to 250 kB", home({ blocks: many(100, () => section({ text: plain(letters(2000)) })) }), home({ blocks: many(100, () => section({ text: plain(letters(2900)) })) }), "view: 295826 bytes, at most 250000"],
    ["gives the focus once", modal({ blocks: [asking(entry({ focus_on_load: true })), asking(entry())] }), modal({ blocks: many(2, () => asking(entry({ focus_on_load: true }))) }), "view.blocks: focus_on_load on more than one element"],

    ["keeps a label to 2,000", asked(entry(), { label: plain(letters(2000)) }), asked(entry(), { label: plain(letters(2001)) }), "view.blocks[0].label.text: 2001 characters, at most 2000"],
    ["wants a label", asked(entry()), asked(entry(), { label: undefined }), "view.blocks[0].label: missing"],
    ["keeps a hint to 2,000", asked(entry(), { hint: plain(letters(2000)) }), asked(entry(), { hint: plain(letters(2001)) }), "view.blocks[0].hint.text: 2001 characters, at most 2000"],
    ["asks with no button", asked(select({ options: options(1) })), asked(button()), 'view.blocks[0].element.type: unknown type "button"'],
    ["keeps what can be written to 3,000", asked(entry({ max_length: 3000 })), asked(entry({ max_length: 3001 })), "view.blocks[0].element.max_length: 3001, at most 3000"],
    ["wants the shortest under the longest", asked(entry({ min_length: 2, max_length: 2 })), asked(entry({ min_length: 3, max_length: 2 })), "view.blocks[0].element: the shortest text is longer than the longest"],
    ["wants the first text to fit", asked(entry({ initial_value: "ab", max_length: 2 })), asked(entry({ initial_value: "abc", max_length: 2 })), "view.blocks[0].element: the first text is longer than allowed"],
  ];
  it.each(rules)("%s", (_, keeps, breaks, said) => {
    expect(checkView(keeps)).toEqual([]);
    expect(checkView(breaks)).toContain(said);
  });
});

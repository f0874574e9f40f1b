/**
 * Markup to plain text. What comes out is only ever shown as foreign text, which every chat escapes, so this makes text readable; it is
 * not what keeps markup out.
 */

/** Names that feeds use most; any other stays as it is written. */
const NAMED: Record<string, string> = {
  amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ", ndash: "–", mdash: "—", lsquo: "‘", rsquo: "’", sbquo: "‚",
  ldquo: "“", rdquo: "”", bdquo: "„", laquo: "«", raquo: "»", hellip: "…", bull: "•", middot: "·", shy: "", copy: "©", reg: "®",
  trade: "™", euro: "€", pound: "£", deg: "°", times: "×", iexcl: "¡", iquest: "¿", szlig: "ß",
  agrave: "à", aacute: "á", acirc: "â", atilde: "ã", auml: "ä", aring: "å", aelig: "æ", ccedil: "ç", egrave: "è", eacute: "é",
  ecirc: "ê", euml: "ë", igrave: "ì", iacute: "í", icirc: "î", iuml: "ï", ntilde: "ñ", ograve: "ò", oacute: "ó", ocirc: "ô",
  otilde: "õ", ouml: "ö", oslash: "ø", ugrave: "ù", uacute: "ú", ucirc: "û", uuml: "ü", yacute: "ý", oelig: "œ",
  Agrave: "À", Aacute: "Á", Acirc: "Â", Atilde: "Ã", Auml: "Ä", Aring: "Å", AElig: "Æ", Ccedil: "Ç", Egrave: "È", Eacute: "É",
  Ecirc: "Ê", Euml: "Ë", Iacute: "Í", Ntilde: "Ñ", Oacute: "Ó", Ouml: "Ö", Oslash: "Ø", Uacute: "Ú", Uuml: "Ü", OElig: "Œ",
};

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z][a-z\d]{1,10}));/gi, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
    // Above is no letter; between are halves of letters.
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : "";
  });
}

function stripTags(text: string): string {
  return text
    .replace(/<(script|style)\b[^]*?(?:<\/\1\s*>|$)/gi, " ")
    .replace(/<!--[^]*?(?:-->|$)/g, " ")
    // A tag stops at the next "<", so that text full of open tags costs no more than its length.
    .replace(/<\/?(?:p|br|div|li|ul|ol|h[1-6]|tr|td|th|table|blockquote|section)\b[^<>]*>/gi, " ")
    .replace(/<\/?[a-z!][^<>]*>/gi, "");
}

/** Plain text of at most `limit` letters, ending in "…" when it was longer. Undoes markup that was escaped once too often. */
export function cleanText(markup: string, limit: number): string {
  // Markup is longer than its text, but not without end.
  let text = markup.slice(0, limit * 20);
  for (let pass = 0; pass < 2; pass += 1) text = decodeEntities(stripTags(text));
  const folded = stripTags(text)
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  const letters = [...folded];
  return letters.length > limit ? `${letters.slice(0, limit - 1).join("").trimEnd()}…` : folded;
}

/** Pages by which a site asks whether a person is reading. They may come with any status, 200 too. */

const MARKS = [
  /<title>\s*(?:just a moment|attention required|access denied|please wait|one moment|ddos-guard|robot check|are you a robot|human verification)/i,
  /\bcf-chl|challenge-platform|_cf_chl_opt|__cf_chl/i,
  /checking your browser/i,
  /verify(?:ing)? (?:that )?you are (?:a )?human/i,
  /_incapsula_resource|incapsula incident/i,
  /\/\.well-known\/sgcaptcha|px-captcha|g-recaptcha|h-captcha|awswafintegration|datadome/i,
  /enable javascript and cookies to continue/i,
];
/** Marks stand near the top. */
const LOOK_AT = 50_000;
/** Before this many bytes a page has said that it is one. */
const OPENING = 2_500;

/** Whether this is such a page. A feed that merely quotes one is none. */
export function isChallenge(body: Buffer, header: (name: string) => string | undefined): boolean {
  if (header("cf-mitigated") === "challenge") return true;
  const looksLikePage = /^(?:\u00ef\u00bb\u00bf)?\s*(?:<!--[^]{0,2000}?-->\s*)?<(?:!doctype html|html)\b/i.test(body.toString("latin1", 0, OPENING));
  if (!looksLikePage) return false;
  const start = body.toString("latin1", 0, LOOK_AT);
  return MARKS.some((mark) => mark.test(start));
}

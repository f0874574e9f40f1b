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

/** Whether this is such a page. A feed that merely quotes one is none. */
export function isChallenge(body: string, header: (name: string) => string | undefined): boolean {
  if (header("cf-mitigated") === "challenge") return true;
  const start = body.slice(0, LOOK_AT);
  const looksLikePage = /^\s*(?:<!--[^]{0,2000}?-->\s*)?<(?:!doctype html|html)\b/i.test(start);
  return looksLikePage && MARKS.some((mark) => mark.test(start));
}

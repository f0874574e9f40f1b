/** Takes out what could drive the terminal itself: escape sequences and other control characters, but not line ends. */
export function safeForTerminal(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, "");
}

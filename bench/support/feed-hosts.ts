/** Where the feeds of a benchmark are: each on a host of its own, as far as a machine has names for itself. */

/** On Linux all of 127.0.0.0/8 is this machine. */
export const HAS_HOSTS = process.platform === "linux";

export function addressOf(feed: number, port: number): string {
  const host = HAS_HOSTS ? `127.${1 + Math.floor(feed / 62_500)}.${1 + (Math.floor(feed / 250) % 250)}.${1 + (feed % 250)}` : "127.0.0.1";
  return `http://${host}:${port}/${feed}`;
}

/** Values that must never be printed: what holds them says ••• instead, however it comes to be shown. */

const HIDDEN = "•••";
/** What Node's `console.log` and `util.inspect` ask an object for. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** The same object; its `names` are readable as before, but JSON and Node's own printing show ••• in their place. A copy is not protected. */
export function hideSecrets<T extends object>(value: T, names: readonly (keyof T)[]): T {
  const shown = (): Record<string, unknown> =>
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, each !== undefined && names.some((hidden) => hidden === name) ? HIDDEN : each]));
  Object.defineProperty(value, "toJSON", { value: shown, enumerable: false });
  Object.defineProperty(value, INSPECT, { value: shown, enumerable: false });
  return value;
}

/** Waiting with an end, so that a test that hangs says on what. */

/** Rejects with `what` when the promise is not kept in time. */
export async function soon<T>(what: string, promise: Promise<T>, milliseconds = 20_000): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`Not after ${milliseconds} ms: ${what}.`)), milliseconds);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A reader that cannot be loaded. */
throw new Error("no tables");

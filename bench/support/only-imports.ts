/** Loads every module the program is made of and starts nothing: what a start cannot be faster than. */
import "../../clarion.ts";

console.log("ready");
process.exit(0);

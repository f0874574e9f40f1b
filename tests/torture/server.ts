/** The real program, which also measures how long its event loop was kept waiting. SIGUSR2: says the longest wait since the last time. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { main } from "../../clarion.ts";

const monitor = monitorEventLoopDelay({ resolution: 5 });
monitor.enable();
process.on("SIGUSR2", () => {
  console.log(`waited ${(monitor.max / 1e6).toFixed(1)}`);
  monitor.reset();
});
await main(["start"]);

/** Does nothing but measure how long its event loop was kept waiting: what the machine costs every program at this moment. */
import { monitorEventLoopDelay } from "node:perf_hooks";

const monitor = monitorEventLoopDelay({ resolution: 5 });
monitor.enable();
process.on("SIGUSR2", () => {
  console.log(`waited ${(monitor.max / 1e6).toFixed(1)}`);
  monitor.reset();
});
console.log("watching");
setInterval(() => {}, 60_000);

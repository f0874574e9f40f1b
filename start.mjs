// Checks the Node that runs this before anything newer than it is read. No imports, so that it runs on any Node.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 26 || (major === 26 && minor < 3)) {
  const musl = process.platform === "linux" && process.report?.getReport().header.glibcVersionRuntime === undefined;
  console.error(
    [
      `Clarion needs Node 26; this is Node ${process.versions.node}.`,
      musl
        ? "This Linux has no glibc, which the Node that npm installs needs. Install Node 26 from your system's packages."
        : "npm installs the right Node beside the project. It is missing here, most often because optional packages were left out.",
      musl ? "" : "Run: npm ci --include=optional     Then start through npm: npm start",
    ]
      .filter((line) => line !== "")
      .join("\n"),
  );
  process.exit(1);
}

import("./clarion.ts").then(
  (clarion) => clarion.main(process.argv.slice(2)),
  (error) => {
    if (error?.code === "ERR_MODULE_NOT_FOUND") {
      console.error("Some packages are missing. Run: npm ci     Then try again.");
      process.exit(1);
    }
    throw error;
  },
);

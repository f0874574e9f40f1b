/** The little a child process needs; it cannot load the test runner. */
export function outcome(transaction: IDBTransaction): Promise<string> {
  return new Promise((resolve) => {
    transaction.addEventListener("complete", () => resolve("complete"));
    transaction.addEventListener("abort", () => resolve("abort"));
  });
}

export function openDatabase(factory: IDBFactory, upgrade: (database: IDBDatabase) => void): Promise<IDBDatabase> {
  const request = factory.open("both", 1);
  return new Promise((resolve, reject) => {
    request.addEventListener("upgradeneeded", () => upgrade(request.result));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("not opened")));
  });
}

import { describe, expect, it } from "vitest";
import { HostQueue } from "../../src/jobs/host-queue.ts";

const queued = (...urls: string[]) => urls.map((url) => ({ id: url, url: `https://${url}` }));

describe("sources that wait to be read", () => {
  it("give each host its turn before any has a second", () => {
    const queue = new HostQueue(queued("a.org/1", "a.org/2", "a.org/3", "b.org/1", "c.org/1"));
    const order: string[] = [];
    for (let taken = queue.take(); taken !== undefined; taken = queue.take()) {
      order.push(taken.id);
      queue.giveBack(taken.host);
    }
    expect(order).toEqual(["a.org/1", "b.org/1", "c.org/1", "a.org/2", "a.org/3"]);
    expect(queue.left).toBe(0);
  });

  it("are of each host taken one at a time", () => {
    const queue = new HostQueue(queued("a.org/1", "www.a.org/2", "b.org/1"));
    const first = queue.take();
    expect([first?.id, queue.take()?.id, queue.take()]).toEqual(["a.org/1", "b.org/1", undefined]);
    expect(queue.left).toBe(1);
    queue.giveBack(first?.host ?? "");
    expect(queue.take()?.id).toBe("www.a.org/2");
  });
});

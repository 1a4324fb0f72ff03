import { expect, test } from "vitest";
import { decisionOf, fallbackOf, type Policy } from "./api";

const policy: Policy = {
  stream: null,
  outlet: null,
  tasks: null,
  inlet: "block",
  proposed: { outlet: "block" },
  effective: { stream: "skip", outlet: "block", tasks: false },
};

test("what the author proposes stands over the defaults", () => {
  expect(fallbackOf(policy)).toEqual({ stream: "skip", outlet: "block", tasks: false });
});

test("only what differs is a decision", () => {
  expect(decisionOf(policy.effective, policy)).toEqual({ stream: null, outlet: null, tasks: null });
  expect(decisionOf({ stream: "fail", outlet: "skip", tasks: true }, policy)).toEqual({
    stream: "fail",
    outlet: "skip",
    tasks: true,
  });
});

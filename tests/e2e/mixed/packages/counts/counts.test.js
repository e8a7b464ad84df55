import assert from "node:assert/strict";
import { test } from "node:test";
import { counts } from "@mixed/counts";

test("lines and words are counted", () => assert.deepEqual(counts("a b\nc"), { lines: 2, words: 3 }));

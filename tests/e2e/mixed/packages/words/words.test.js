import assert from "node:assert/strict";
import { test } from "node:test";
import { words } from "@mixed/words";

test("white space separates words", () => assert.deepEqual(words("a b\nc"), ["a", "b", "c"]));

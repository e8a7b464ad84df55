import assert from "node:assert/strict";
import { test } from "node:test";
import { lines } from "@mixed/lines";

test("each line has its words", () => assert.deepEqual(lines("a b\nc"), [["a", "b"], ["c"]]));

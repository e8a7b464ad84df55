import { lines } from "@mixed/lines";
import { words } from "@mixed/words";

export const counts = (text) => ({ lines: lines(text).length, words: words(text).length });

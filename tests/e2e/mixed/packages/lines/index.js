import { words } from "@mixed/words";

export const lines = (text) => text.split("\n").map(words);

"use strict";

// What can't be seen, moves the cursor, hides text or turns its direction around is spelt out, as everywhere in FirstTry.
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\udb40[\udc00-\udfff]/g;

function safe(text) {
  return String(text).replace(UNSEEN, (found) => [...found].map((one) => `\\u{${one.codePointAt(0).toString(16)}}`).join(""));
}

// The one way by which anything comes into the page: elements by name, everything else as text.
function h(name, given, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given || {})) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "class") made.className = value;
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, safe(value));
  }
  put(made, ...children);
  return made;
}

function put(parent, ...children) {
  for (const child of children.flat(2)) {
    if (child instanceof Node) parent.append(child);
    else if (child !== null && child !== undefined && child !== "") parent.append(safe(child));
  }
}

function svg(name, attributes, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  put(made, ...children);
  return made;
}

const at = (id) => document.getElementById(id);

// What is large stands in blocks of its own, and is read when somebody asks for it.
const block = (number) => JSON.parse(at(`block-${number}`).textContent);

// As ftaction.report.words has it.
function duration(seconds) {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const two = (number) => String(number).padStart(2, "0");
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} m`;
}

const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

const when = (epoch) => (epoch > 0 && epoch < 8e12 ? `${new Date(epoch * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC` : "unknown");

// A sign for the eye; the word beside it says the same.
function verdict(green, result, ending) {
  const [kind, sign] = green ? ["good", "✓"] : ending === "blocked" ? ["quiet", "○"] : ["bad", "✕"];
  return h("span", { class: kind }, h("span", { class: "sign", "aria-hidden": "true" }, sign), " ", result);
}

function link(address, text) {
  return address ? h("a", { href: address, rel: "noreferrer noopener" }, text) : text;
}

function table(caption, heads, rows) {
  const head = heads.map((title) => h("th", { scope: "col", class: title.endsWith("#") ? "number" : "" }, title.replace(/#$/, "")));
  const cells = (row) => row.map((cell, index) => h(index ? "td" : "th", { scope: index ? null : "row", class: heads[index].endsWith("#") ? "number" : "" }, cell));
  return h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
    h("table", {}, h("caption", { class: "unseen" }, caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows.map((row) => h("tr", {}, cells(row))))));
}

const button = (text, label, act) => h("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);

const nothing = (node) => node.replaceChildren();

// Renders /v1/openapi.json. Everything from the document goes in as text, never as markup.

const WORDS = {
  da: { parameters: "Parametre", body: "Indhold", answers: "Svar", required: "krævet", open: "åben for alle",
    none: "Ingen operation passer.", count: "{n} af {all} operationer", yes: "ja", no: "nej",
    failed: "Dokumentet kunne ikke hentes. Prøv at genindlæse siden.", members: "felter", items: "liste af", or: "eller",
    roles: "roller", example: "eksempel" },
  en: { parameters: "Parameters", body: "Body", answers: "Answers", required: "required", open: "open to everybody",
    none: "No operation matches.", count: "{n} of {all} operations", yes: "yes", no: "no",
    failed: "The document could not be loaded. Try to reload the page.", members: "members", items: "list of", or: "or",
    roles: "roles", example: "example" },
};
const METHODS = ["get", "post", "put", "patch", "delete"];
const DEEPEST = 6;
const FIRST_CALL = (origin) =>
  `TOKEN=$(.venv/bin/helhed token --authority 0101 --sector employment --role caseworker)\n` +
  `curl -H "Authorization: Bearer $TOKEN" ${origin}/v1/me`;

let town = null;

// Descriptions come from docstrings: paragraphs, wrapped lines, and `names` in backticks.
function prose(text) {
  return text.split(/\n\s*\n/).map((paragraph) => make("p", { class: "told" }, ...spans(paragraph.replace(/\s+/g, " "))));
}

function spans(text) {
  return text.split("`").map((part, at) => (at % 2 ? make("code", {}, part) : part));
}

function resolve(thing) {
  let found = thing || {};
  for (let hops = 0; found.$ref && hops < 10; hops += 1) {
    found = found.$ref.slice(2).split("/").reduce((at, key) => (at || {})[key.replaceAll("~1", "/")], town) || {};
  }
  return found;
}

function nameOf(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  const choices = schema.anyOf || schema.oneOf;
  if (choices) return choices.map(nameOf).join(` ${word("or")} `);
  if (schema.type === "array") return `${word("items")} ${nameOf(schema.items)}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.join(" | ");
  const type = Array.isArray(schema.type) ? schema.type.join(` ${word("or")} `) : schema.type || "";
  return schema.format ? `${type} (${schema.format})` : type;
}

function shapeOf(schema) {
  const found = resolve(schema);
  if (found.properties) return found;
  if (found.type === "array") return shapeOf(found.items);
  for (const choice of found.anyOf || found.oneOf || found.allOf || []) {
    const shape = shapeOf(choice);
    if (shape) return shape;
  }
  return null;
}

function members(shape, depth) {
  const required = new Set(shape.required || []);
  const list = make("ul", { class: "rows" });
  for (const [name, schema] of Object.entries(shape.properties)) {
    const row = make("li", {}, make("code", {}, name), make("span", { class: "kind" }, nameOf(schema)));
    if (required.has(name)) row.append(make("span", { class: "kind" }, word("required")));
    const note = schema.description || resolve(schema).description;
    if (note) row.append(make("span", { class: "note" }, ...spans(note)));
    const inner = depth < DEEPEST ? shapeOf(schema) : null;
    if (inner) row.append(unfold(word("members"), () => members(inner, depth + 1)));
    list.append(row);
  }
  return list;
}

// Filled when opened: a schema may contain itself, and most readers open few.
function unfold(title, fill) {
  const details = make("details", {}, make("summary", {}, title));
  details.addEventListener("toggle", () => { if (details.children.length === 1) details.append(fill()); }, { once: true });
  return details;
}

function content(media) {
  const [type, described] = Object.entries(media || {})[0] || [];
  if (!type) return null;
  const box = make("div", {}, make("code", {}, type), make("span", { class: "kind" }, nameOf(described.schema)));
  const shape = shapeOf(described.schema);
  if (shape) box.append(members(shape, 1));
  const examples = Object.values(described.examples || {}).map((example) => resolve(example).value);
  const example = described.example !== undefined ? described.example : examples[0];
  if (example !== undefined) {
    box.append(unfold(word("example"), () => make("pre", { tabindex: "0" }, make("code", {}, JSON.stringify(example, null, 2)))));
  }
  return box;
}

function parametersOf(operation) {
  const all = [...operation.item, ...(operation.parameters || [])].map(resolve);
  if (!all.length) return null;
  const list = make("ul", { class: "rows" });
  for (const parameter of all) {
    const row = make("li", {}, make("code", {}, parameter.name),
      make("span", { class: "kind" }, `${parameter.in} · ${nameOf(parameter.schema)}`));
    if (parameter.required) row.append(make("span", { class: "kind" }, word("required")));
    if (parameter.description) row.append(make("span", { class: "note" }, ...spans(parameter.description)));
    list.append(row);
  }
  return make("div", {}, make("h3", {}, word("parameters")), list);
}

function answersOf(operation) {
  const list = make("ul", { class: "rows" });
  for (const [status, response] of Object.entries(operation.responses || {})) {
    const answer = resolve(response);
    const row = make("li", {}, make("code", {}, status), make("span", { class: "kind" }, ...spans(answer.description || "")));
    if (status < "300" && answer.content) row.append(content(answer.content));
    list.append(row);
  }
  return make("div", {}, make("h3", {}, word("answers")), list);
}

function inside(operation) {
  const box = make("div", { class: "inside" });
  const open = Array.isArray(operation.security) && operation.security.length === 0;
  if (open) box.append(make("span", { class: "mark" }, word("open")));
  if (operation["x-stability"]) box.append(make("span", { class: "mark" }, operation["x-stability"]));
  if (operation["x-roles"]) box.append(make("span", { class: "kind" }, `${word("roles")}: ${operation["x-roles"].join(", ")}`));
  if (operation.description) box.append(...prose(operation.description));
  const parameters = parametersOf(operation);
  if (parameters) box.append(parameters);
  const body = content(resolve(operation.requestBody).content);
  if (body) box.append(make("h3", {}, word("body")), body);
  box.append(answersOf(operation));
  return box;
}

function allOperations() {
  return Object.entries(town.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => ({
    ...item[method], path, method: method.toUpperCase(), item: item.parameters || [],
    tag: (item[method].tags || ["other"])[0], id: item[method].operationId || `${method}${path}`,
  })));
}

function matches(operation, words) {
  const text = [operation.method, operation.path, operation.id, operation.summary, operation.description, operation.tag]
    .join(" ").toLowerCase();
  return words.every((each) => text.includes(each));
}

function card(operation) {
  const summary = make("summary", {}, make("span", { class: "method", "data-method": operation.method }, operation.method),
    make("span", { class: "path" }, operation.path), make("span", { class: "what" }, operation.summary || ""));
  const details = make("details", { class: "operation", id: operation.id }, summary);
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    if (details.children.length === 1) details.append(inside(operation));
    history.replaceState(null, "", `#${operation.id}`);
  });
  return details;
}

function render() {
  const words = document.getElementById("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const all = allOperations();
  const shown = all.filter((operation) => matches(operation, words));
  const groups = grouped(shown);
  document.getElementById("tags").replaceChildren(...[...groups].map(([tag, operations]) =>
    make("li", {}, make("a", { href: `#tag-${tag}` }, `${tag} `, make("span", {}, String(operations.length))))));
  document.getElementById("operations").replaceChildren(...[...groups].map(([tag, operations]) =>
    make("section", { id: `tag-${tag}` }, make("h2", {}, tag), ...operations.map(card))));
  if (!shown.length) document.getElementById("operations").append(make("p", {}, word("none")));
  document.getElementById("count").textContent =
    word("count").replace("{n}", shown.length).replace("{all}", all.length);
}

function grouped(operations) {
  const groups = new Map();
  for (const operation of operations) groups.set(operation.tag, [...(groups.get(operation.tag) || []), operation]);
  return groups;
}

function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.tagName === "DETAILS") target.open = true;
  target.scrollIntoView();
}

async function start() {
  document.getElementById("first-call").textContent = FIRST_CALL(location.origin);
  document.getElementById("search").addEventListener("input", render);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input")) return;
    event.preventDefault();
    document.getElementById("search").focus();
  });
  offerLanguages(() => {
    if (town) render();
    ready();
  });
  try {
    const response = await fetch("/v1/openapi.json");
    if (!response.ok) throw new Error(String(response.status));
    town = await response.json();
  } catch {
    document.getElementById("state").textContent = word("failed");
    return;
  }
  document.getElementById("version").textContent = town.info.version;
  render();
  openTarget();
  window.addEventListener("hashchange", openTarget);
}

async function ready() {
  const shown = document.getElementById("ready");
  try {
    shown.textContent = (await fetch("/readyz")).ok ? word("yes") : word("no");
  } catch {
    shown.textContent = word("no");
  }
}

start();

// One referral, for a partner without a system. The secret comes in the fragment, is taken out of the address at once,
// and lives in this page's memory only: nothing is stored, and who reloads the page opens the link again.

const WORDS = {
  da: { from: "Fra", to: "Til", sent: "Sendt", asked: "Borgeren bad om hjælp", state: "Status", unknown: "–",
    gone: "Grundlaget for at dele teksten gælder ikke længere, så den vises ikke. Henvisningen gælder stadig.",
    hidden: "Findes, men deles ikke med jer", missing: "Beder I om at få at vide, og ingen har skrevet",
    nothing: "Intet endnu.", before: "senest", unnamed: "En frist", attempt: "Forsøg på kontakt", met: "Første kontakt",
    receipt: "Kvittering givet", hold: "Borgeren ønsker en pause.", thanks: "Tak. Jeres svar er noteret.",
    declined: "Tak. Jeres nej er noteret, og afsenderen får det at vide. I behøver ikke gøre mere.",
    noanswer: "I kan ikke svare på mere lige nu.", offline: "Der er ingen forbindelse. Intet er gået tabt: prøv igen om lidt.",
    nolink: "Åbn siden med det link, I har fået. Bag det står en lang kode, som siden skal bruge." },
  en: { from: "From", to: "To", sent: "Sent", asked: "The citizen asked for help", state: "State", unknown: "–",
    gone: "The basis for sharing the text no longer holds, so it is not shown. The referral goes on.",
    hidden: "Exists, and is not shared with you", missing: "You ask to be told, and nobody has written",
    nothing: "Nothing yet.", before: "by", unnamed: "A deadline", attempt: "Attempt to reach the citizen", met: "First contact",
    receipt: "Receipt given", hold: "The citizen wants a pause.", thanks: "Thank you. Your answer is recorded.",
    declined: "Thank you. Your no is recorded, and the sender is told. You need do nothing more.",
    noanswer: "There is nothing more to answer just now.", offline: "There is no connection. Nothing is lost: try again in a moment.",
    nolink: "Open this page with the link that you were given. It ends in a long code that the page needs." },
};
const CODES = {
  "employment": ["Beskæftigelse", "Employment"],
  "health": ["Sundhed", "Health"],
  "social": ["Social", "Social"],
  "requested": ["Venter på jeres svar", "Waits for your answer"],
  "accepted": ["I har sagt ja", "You have said yes"],
  "in-progress": ["I gang", "In progress"],
  "on-hold": ["På pause", "On hold"],
  "running": ["løber", "running"],
  "paused": ["på pause", "paused"],
  "met": ["holdt", "met"],
  "missed": ["overskredet", "missed"],
  "waived": ["fravalgt af borgeren", "waived by the citizen"],
  "stopped": ["stoppet", "stopped"],
  "reason": ["Hvorfor I bliver spurgt", "Why you are asked"],
  "wantsFirst": ["Hvad borgeren vil have hjælp til først", "What the citizen wants first"],
  "tried": ["Hvad der er prøvet", "What has been tried"],
  "doNotAskAgain": ["Hvad I ikke skal spørge om igen", "What not to ask again"],
  "risks": ["Hvad I skal være opmærksomme på", "What to be careful of"],
  "contactWishes": ["Hvordan borgeren vil kontaktes", "How to reach the citizen"],
  "basis-withdrawn": ["samtykket er trukket tilbage", "the consent was withdrawn"],
  "basis-ended": ["grundlaget er udløbet", "the basis has ended"],
  "not-covered": ["grundlaget dækker det ikke", "the basis does not cover it"]
};

let secret = null;
let session = null;
let seen = null;
let sending = null;

function part(id) { return document.getElementById(id); }
function coded(code) { return CODES[code] ? CODES[code][language === "da" ? 0 : 1] : code; }
function locale() { return language === "da" ? "da-DK" : "en-GB"; }
function day(text) { return new Date(`${text}T12:00:00`).toLocaleDateString(locale(), { dateStyle: "long" }); }
function moment(text) {
  return new Date(text).toLocaleString(locale(), { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Copenhagen" });
}
function party({ sector, unit }) { return unit ? `${coded(sector)}, ${unit.replace(`${sector}:`, "")}` : coded(sector); }

function say(text, trouble) {
  const message = part("message");
  message.textContent = text;
  message.dataset.kind = trouble ? "trouble" : "news";
  message.hidden = !text;
  if (text) message.focus();
}

// Problems come in words, in the language asked for; what has none is no answer of ours.
function trouble(reply) {
  const told = reply ? reply.told : {};
  const words = [...new Set([told.title, told.detail].filter(Boolean))];
  say(words.length ? words.join(" ") : word("offline"), true);
}

async function post(path, body, key) {
  const headers = { "Content-Type": "application/json", "Accept-Language": language };
  if (key) headers["Idempotency-Key"] = key;
  try {
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body), credentials: "omit" });
    return { ok: response.ok, status: response.status, told: await response.json() };
  } catch {
    return null;
  }
}

async function openLink() {
  const reply = await post("/v1/partner-sessions", { token: secret, language });
  if (reply && reply.status === 404) session = seen = null;
  if (!reply || !reply.ok) return reply;
  session = reply.told.sessionToken;
  seen = reply.told;
  return reply;
}

function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The same answer is sent under the same key until the town has said something to it: a telephone that lost the
// connection does not answer twice. A sitting that is over is opened anew, once.
async function send(action, fields) {
  const once = async () => {
    const body = { sessionToken: session, action, ...fields };
    const text = JSON.stringify(body);
    if (!sending || sending.text !== text) sending = { text, key: newKey() };
    const reply = await post("/v1/partner-answers", body, sending.key);
    if (reply && reply.status < 500) sending = null;
    return reply;
  };
  const reply = await once();
  if (!reply || reply.status !== 404) return reply;
  const opened = await openLink();
  return opened && opened.ok ? once() : opened;
}

// What is typed is the time on a Danish clock, as all that is shown, wherever the telephone thinks it is.
function danish(typed) {
  const wall = Date.parse(`${typed}Z`);
  const onClock = (at) => Date.parse(`${new Date(at).toLocaleString("sv-SE", { timeZone: "Europe/Copenhagen" }).replace(" ", "T")}Z`);
  const near = wall - (onClock(wall) - wall);
  return new Date(wall - (onClock(near) - near)).toISOString();
}

function fieldsOf(action, form) {
  const fields = {};
  const told = new FormData(form);
  for (const [name, value] of told) if (value && name !== "present" && name !== "attended") fields[name] = value;
  if (fields.at) fields.at = danish(fields.at);
  if (action === "first-contact") Object.assign(fields, { attended: true, present: told.getAll("present") });
  if (action === "handover-receipt") fields.takesHolding = false;
  return fields;
}

async function submit(event, action) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  button.disabled = true;
  const reply = await send(action, fieldsOf(action, form));
  button.disabled = false;
  if (!reply || !reply.ok) {
    // Somebody else was first, or the link is dead: what the page shows is no longer so.
    if (reply && reply.status === 409) await openLink();
    render();
    return trouble(reply);
  }
  form.reset();
  form.parentElement.open = false;
  const over = action === "rejection";
  const opened = over ? null : await openLink();
  if (!opened || !opened.ok) seen = null;
  // The connection was lost after the answer: the way back in is the button that was there before.
  if (!over && !seen) session = null;
  render();
  say(word(action === "rejection" ? "declined" : "thanks"));
}

function facts(referral) {
  const rows = [[word("from"), party(referral.from)], [word("to"), party(referral.to)],
    [word("sent"), moment(referral.requestedAt)], [word("state"), coded(referral.state)]];
  if (referral.approachedOn) rows.splice(3, 0, [word("asked"), day(referral.approachedOn)]);
  return rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
}

function listed(lines) {
  return (lines.length ? lines : [word("nothing")]).map((line) => make("li", {}, line));
}

// What exists and is not shown is named, with why; what was asked for and never written is no secret either.
function shared(referral) {
  const told = Object.entries(referral.shared).filter(([, words]) => words);
  const parts = told.flatMap(([section, words]) => [make("h3", {}, coded(section)), make("p", { class: "words" }, words)]);
  if (referral.basisStatus !== "in-force") parts.unshift(make("p", { class: "gone" }, word("gone")));
  const hidden = referral.notShared.map(({ section, why }) => `${coded(section)}: ${coded(why)}`);
  for (const [heading, lines] of [["hidden", hidden], ["missing", referral.handoverMissing.map(coded)]]) {
    if (lines.length) parts.push(make("h3", {}, word(heading)), make("ul", {}, ...listed(lines)));
  }
  return parts;
}

function promises(referral) {
  return listed(referral.clocks.map((clock) =>
    `${clock.name || word("unnamed")}: ${word("before")} ${day(clock.dueOn)} (${coded(clock.state)})`));
}

function done(referral) {
  const lines = referral.contactAttempts.map((attempt) => `${word("attempt")}: ${moment(attempt.at)}`);
  if (referral.firstContact) lines.push(`${word("met")}: ${moment(referral.firstContact.at)}`);
  if (referral.receiptGivenAt) lines.push(`${word("receipt")}: ${moment(referral.receiptGivenAt)}`);
  if (referral.onHold) lines.push(word("hold"));
  return listed(lines);
}

function render() {
  part("start").hidden = session !== null || !secret;
  part("referral").hidden = !seen;
  part("answers").hidden = !seen || !seen.allowedActions.length;
  if (!seen) return;
  const referral = seen.referral;
  part("facts").replaceChildren(...facts(referral));
  part("shared").replaceChildren(...shared(referral));
  part("promises").replaceChildren(...promises(referral));
  part("done").replaceChildren(...done(referral));
  for (const form of document.querySelectorAll("[data-action]")) {
    form.hidden = !seen.allowedActions.includes(form.dataset.action);
  }
}

async function open() {
  part("open").disabled = true;
  const reply = await openLink();
  part("open").disabled = false;
  if (!reply || !reply.ok) return trouble(reply);
  render();
  say(seen.allowedActions.length ? "" : word("noanswer"));
  part("referral").focus();
}

// Names of promises come in one language: another one is asked for anew.
async function spoken() {
  say(secret ? "" : word("nolink"), !secret);
  if (seen) await openLink();
  render();
}

function take() {
  const given = new URLSearchParams(location.hash.slice(1)).get("t");
  if (!given) return;
  history.replaceState(null, "", location.pathname + location.search);
  secret = given;
  session = seen = sending = null;
}

part("open").addEventListener("click", open);
for (const one of document.querySelectorAll("[data-action]")) {
  one.querySelector("form").addEventListener("submit", (event) => submit(event, one.dataset.action));
}
window.addEventListener("hashchange", () => { take(); spoken(); });
take();
offerLanguages(spoken);

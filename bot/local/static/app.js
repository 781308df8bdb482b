// The chat page of the demo: who you are, what the bot says, what you type, tap and upload.
// Everything shown is built as DOM nodes from plain values; nothing from outside is ever parsed as HTML.
"use strict";

const WORDS = {
  en: {
    tagline: "A practice chat. Nothing leaves this computer.",
    sideLabel: "People and clock", people: "Choose who you are", peopleButton: "Change person, now {name}",
    rep: "Rep", manager: "Manager", admin: "Admin", stranger: "Stranger",
    clock: "Demo clock", moveHour: "+1 hour", moveMorning: "8:00 tomorrow", moveDay: "+1 day", moveWeek: "+1 week",
    clockHint: "Move it, and the list follows: overdue customers rise, those put off come back.",
    language: "Language", toDark: "Dark colours", toLight: "Light colours", skip: "Skip to the message box",
    messages: "Messages", message: "Message", placeholder: "Message", send: "Send", attach: "Attach",
    detach: "Remove the file", commands: "Commands", noCommands: "No such command.", start: "Start", latest: "To the end",
    keys: "Enter sends · Shift+Enter new line · / commands · ↑ to the buttons", dropHere: "Drop the file here",
    pinned: "Pinned message", edited: "edited", you: "You", bot: "Bot", unread: "new message",
    typing: "typing", upload_photo: "sending a picture", upload_document: "sending a file", other: "working",
    talksTo: "talking to {name}", picture: "Picture", pictureOpen: "Enlarge the picture", file: "File", save: "Download", close: "Close", ok: "OK", cancel: "Cancel",
    openLinkAs: "Who opens this invitation?", today: "Today", yesterday: "Yesterday",
    offline: "Connection lost. Trying again…", failed: "That did not reach the demo. Please try again.",
    tooLarge: "“{name}” is larger than 20 MB, the most a bot can take.", emptyFile: "“{name}” is empty.",
    oneFile: "One file at a time, please.", quiz: "Quiz",
    voice: "Voice note", place: "Place", sendPlace: "Which place?", degrees: "Latitude, longitude",
    noPicture: "“{name}” is no PNG or JPEG.", noPlace: "Two numbers, please, such as {example}.",
  },
  zh: {
    tagline: "练习聊天，数据不离开本机。",
    sideLabel: "人物与时钟", people: "选择身份", peopleButton: "更换身份，当前：{name}",
    rep: "代表", manager: "经理", admin: "管理员", stranger: "访客",
    clock: "演示时钟", moveHour: "+1 小时", moveMorning: "到明早 8:00", moveDay: "+1 天", moveWeek: "+1 周",
    clockHint: "拨动时钟，名单随之变化：到期的靠前，推迟的回来。",
    language: "语言", toDark: "深色", toLight: "浅色", skip: "跳到输入框",
    messages: "消息", message: "消息", placeholder: "输入消息", send: "发送", attach: "添加",
    detach: "移除文件", commands: "命令", noCommands: "没有这个命令。", start: "开始", latest: "到最后",
    keys: "Enter 发送 · Shift+Enter 换行 · / 命令 · ↑ 选择按钮", dropHere: "把文件放到这里",
    pinned: "置顶消息", edited: "已编辑", you: "你", bot: "机器人", unread: "有新消息",
    typing: "正在输入", upload_photo: "正在发送图片", upload_document: "正在发送文件", other: "正在处理",
    talksTo: "与 {name} 对话", picture: "图片", pictureOpen: "放大图片", file: "文件", save: "下载", close: "关闭", ok: "好", cancel: "取消",
    openLinkAs: "由谁打开这个邀请？", today: "今天", yesterday: "昨天",
    offline: "连接已断开，正在重试…", failed: "没有送达演示程序，请再试一次。",
    tooLarge: "“{name}”超过 20 MB，机器人收不了这么大的文件。", emptyFile: "“{name}”是空文件。",
    oneFile: "一次只能发一个文件。", quiz: "测验",
    voice: "语音", place: "位置", sendPlace: "发送哪个位置？", degrees: "纬度，经度",
    noPicture: "“{name}”不是 PNG 或 JPEG 图片。", noPlace: "请写两个数，例如 {example}。",
  },
};

const $ = (id) => document.getElementById(id);
const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const phone = matchMedia("(max-width: 820px)");
const kept = (key) => localStorage.getItem(`ninebox.${key}`);
const keep = (key, value) => localStorage.setItem(`ninebox.${key}`, value);

let language = "en";      // of the cast at first, then the one chosen
let cast = null;          // what /api/cast says: title, zone, bot, people, largest upload
let me = null;            // the person one is now
let clockAhead = 0;       // demo time minus this machine's, in ms
let commands = [];
let attached = null;      // {file, kind}: what goes with the next message, and as what
let picking = "documents";  // what the file that is chosen next is sent as
let pressed = null;       // the message whose button was pressed last
let following = true;     // the newest message is kept in sight
let seen = {};            // person id -> newest bot message already looked at
const messages = new Map();  // id -> message of the open chat, in order of id
const drafts = new Map();    // person id -> unsent text
const doing = new Map();     // person id -> {action, until}
const waiting = new Map();   // callback id -> the button that waits for its answer
const answered = new Set();  // callback ids whose answer came before the press returned

document.documentElement.dataset.theme = kept("theme") ?? (darkSystem.matches ? "dark" : "light");
document.addEventListener("DOMContentLoaded", begin);

// ---------------------------------------------------------------- small tools

function word(key, values = {}) {
  return WORDS[language][key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function make(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  const { dataset, ...rest } = properties;
  Object.assign(node, rest);
  Object.assign(node.dataset, dataset);
  node.append(...children.filter((child) => child !== null));
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function time(ms, options) {
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: cast.zone, ...options }).format(ms);
}
const demoNow = () => Date.now() + clockAhead;
const hour = (ms) => time(ms, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const dayKey = (ms) => time(ms, { year: "numeric", month: "numeric", day: "numeric" });

function dayName(ms) {
  if (dayKey(ms) === dayKey(demoNow())) return word("today");
  if (dayKey(ms) === dayKey(demoNow() - 86_400_000)) return word("yesterday");
  return time(ms, { weekday: "short", month: "long", day: "numeric" });
}

function bytes(count) {
  if (count < 1024) return `${count} B`;
  return count < 1_048_576 ? `${Math.ceil(count / 1024)} kB` : `${(count / 1_048_576).toFixed(1)} MB`;
}

async function ask(path, options) {
  const answer = await fetch(path, options);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

// Loads and events are handled strictly one after another, so that a late answer never overwrites a newer event.
let turn = Promise.resolve();
function inTurn(step) {
  turn = turn.then(step).catch((error) => console.warn(error));
  return turn;
}

// ---------------------------------------------------------------- start, connection, loading

async function begin() {
  if (lacksChinese()) await loadChinese();
  listen();
  await inTurn(load);
  follow();
  setInterval(showClock, 1000);
  setInterval(showDoing, 500);
  $("draft").focus();
}

// After a break the browser connects again by itself, and names the last event it had.
function follow() {
  const events = new EventSource(`/api/events?after=${cast.position}`);
  events.onopen = () => { $("offline").hidden = true; };
  events.onerror = () => {
    $("offline").hidden = false;
    if (events.readyState === EventSource.CLOSED) setTimeout(follow, 3000);
  };
  events.onmessage = (event) => inTurn(() => receive(JSON.parse(event.data)));
}

// A machine without Chinese glyphs draws the same empty box for any two characters.
function lacksChinese() {
  const canvas = make("canvas", { width: 24, height: 24 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = getComputedStyle(document.body).font;
  const [one, other] = [..."李伟"].map((character) => {
    pen.clearRect(0, 0, 24, 24);
    pen.fillText(character, 2, 18);
    return pen.getImageData(0, 0, 24, 24).data.join();
  });
  return one === other;
}

// Before any text is shown: Chromium keeps the boxes it drew once, even when the font has come.
async function loadChinese() {
  const face = new FontFace("Ninebox Han", "url(/font/han.ttf)");
  document.fonts.add(face);
  await face.load().catch((error) => console.warn(error));
}

async function load() {
  cast = await ask("/api/cast");
  document.title = cast.title;
  $("title").textContent = cast.title;
  if (kept("run") !== cast.run) {
    keep("run", cast.run);
    keep("seen", "{}");
    keep("language", cast.people[0].language);
  }
  language = kept("language");
  speak();
  $("app").hidden = false;
  seen = JSON.parse(kept("seen"));
  setClock(cast.now);
  const wanted = Number(location.hash.slice(1)) || Number(kept("person"));
  await become(cast.people.find((person) => person.id === wanted) ?? cast.people[0]);
}

async function become(person) {
  if (me && me.id !== person.id) {
    drafts.set(me.id, $("draft").value);
    detach();
    refuse("");
    closeMenu();
  }
  const changed = me?.id !== person.id;
  me = person;
  keep("person", person.id);
  history.replaceState(null, "", `#${person.id}`);
  const chat = await ask(`/api/chats/${person.id}?language=${language}`);
  if (changed) $("draft").value = drafts.get(person.id) ?? "";
  commands = chat.commands;
  messages.clear();
  $("log").ariaLive = "off";  // history is not news
  $("log").replaceChildren();
  for (const message of chat.messages) place(message);
  layDays();
  showPinned(chat.pinned);
  showDoing();
  looked();
  showPeople();
  showWelcome();
  grow();
  reveal($("log").lastElementChild);
  setTimeout(() => { $("log").ariaLive = "polite"; }, 100);
}

function receive(event) {
  const here = event.chat === me.id;
  if (event.kind === "message") {
    doing.delete(event.chat);
    const person = cast.people.find(({ id }) => id === event.chat);
    if (!person) return;
    if (!person.last || event.message.id >= person.last.id) person.last = event.message;
    if (here) arrive(event.message);
    else showPeople();
  } else if (event.kind === "deleted" && here) {
    messages.delete(event.id);
    $(`message-${event.id}`)?.remove();
    layDays();
    showWelcome();
  } else if (event.kind === "action") {
    doing.set(event.chat, { action: event.action, until: Date.now() + 5500 });
    showDoing();
  } else if (event.kind === "answer") {
    settle(event.callback);
    if (here && event.text) event.alert ? alertBox(event.text) : toast(event.text);
  } else if (event.kind === "pinned" && here) {
    showPinned(event.pinned);
  } else if (event.kind === "clock") {
    setClock(event.now);
  } else if (event.kind === "reload") {
    return load();
  }
}

function arrive(message) {
  const stay = following || message.mine;
  const known = messages.has(message.id);
  const node = place(message);
  if (!watching() && !message.mine) document.title = `● ${cast.title}`;
  node.classList.add(known ? "changed" : "fresh");
  layDays();
  looked();
  showPeople();
  showWelcome();
  showDoing();
  if (stay) reveal(node);
  else if (message.id === pressed) node.scrollIntoView({ block: higherThanWindow(node) ? "start" : "nearest" });
  else if (!known) $("latest").hidden = false;
}

// ---------------------------------------------------------------- messages

function place(message) {
  const node = messageNode(message);
  const old = $(`message-${message.id}`);
  messages.set(message.id, message);
  if (old) {
    const focused = [...old.querySelectorAll("button, a")].indexOf(document.activeElement);
    old.replaceWith(node);
    if (focused >= 0) {
      const targets = node.querySelectorAll("button, a");
      (targets[Math.min(focused, targets.length - 1)] ?? $("draft")).focus({ preventScroll: true });
    }
    return node;
  }
  const later = [...$("log").querySelectorAll(".message")].find((other) => Number(other.dataset.id) > message.id);
  $("log").insertBefore(node, later ?? null);
  return node;
}

function messageNode(message) {
  const speaker = make("span", { className: "unseen", textContent: `${word(message.mine ? "you" : "bot")}: ` });
  const bubble = make("div", { className: "bubble" }, speaker);
  if (message.photo) bubble.append(pictureNode(message));
  if (message.document) bubble.append(documentNode(message.document));
  if (message.voice) bubble.append(make("audio", { controls: true, preload: "none", src: message.voice.url, ariaLabel: word("voice") }));
  if (message.place) bubble.append(placeNode(message.place));
  if (message.poll) bubble.append(quizNode(message));
  if (message.text) {
    const text = make("div", { className: `text${message.edited ? " edited" : ""}`, dir: "auto" });
    text.append(...formatted(message.text, message.entities));
    bubble.append(text);
  }
  const clock = make("time", { className: "stamp", dateTime: new Date(message.date).toISOString() });
  clock.textContent = message.edited ? `${word("edited")} ${hour(message.date)}` : hour(message.date);
  bubble.append(clock);
  const node = make("article", { className: `message${message.mine ? " mine" : ""}`, id: `message-${message.id}`, dataset: { id: message.id } }, bubble);
  // A known width before the picture has loaded, so that nothing moves when it comes.
  if (message.photo) node.style.width = `${pictureWidth(message.photo)}px`;
  if (message.keyboard.length) node.append(keyboardNode(message));
  return node;
}

function pictureWidth({ width, height }) {
  return Math.max(200, Math.min(440, width, (width / height) * 520));
}

function pictureNode(message) {
  const { url, width, height } = message.photo;
  const alt = message.text || word("picture");
  const button = make("button", { type: "button", className: "picture", ariaLabel: word("pictureOpen") }, make("img", { src: url, width, height, alt }));
  button.onclick = () => {
    $("viewer-image").src = url;
    $("viewer-image").alt = alt;
    $("viewer-save").href = url;
    $("viewer").showModal();
  };
  return button;
}

function documentNode({ url, name, size }) {
  return make("a", { className: "document", href: url, download: name },
    make("span", { className: "badge" }, icon("file")),
    make("span", { className: "label" }, make("strong", { textContent: name }), make("span", { textContent: `${bytes(size)} · ${word("save")}` })));
}

function placeNode(place) {
  const degrees = place.map((one) => one.toFixed(5)).join(", ");
  return make("div", { className: "document" }, make("span", { className: "badge" }, icon("place")),
    make("span", { className: "label" }, make("strong", { textContent: placeName(place) }), make("span", { textContent: degrees })));
}

function placeName([lat, lon]) {
  return cast.places.find((one) => one.lat === lat && one.lon === lon)?.name ?? word("place");
}

// A quiz shows which answer is right, and why, once it is answered.
function quizNode({ id, poll }) {
  const open = poll.choice === null;
  const options = poll.options.map((text, place) => {
    const mark = open ? "" : place === poll.right ? "✓" : place === poll.choice ? "✗" : "";
    const node = make("button", { type: "button", disabled: !open }, make("span", { className: "mark", textContent: mark }), text);
    node.onclick = () => vote(id, place, node);
    return node;
  });
  const why = open ? null : make("p", { className: "why", textContent: poll.explanation });
  return make("div", { className: "quiz", role: "group", ariaLabel: word("quiz") },
    make("strong", { textContent: poll.question }), make("small", { textContent: word("quiz") }), ...options, why);
}

async function vote(message, option, node) {
  node.disabled = true;
  try {
    await post(`/api/chats/${me.id}/vote`, { message, option, language });
  } catch {
    node.disabled = false;
    toast(word("failed"));
  }
}

function keyboardNode(message) {
  const rows = message.keyboard.map((row) => make("div", {}, ...row.map((button) => {
    if (button.url) return linkNode(button.url, [button.text, icon("link")]);
    const node = make("button", { type: "button", textContent: button.text });
    node.onclick = () => press(message.id, button.data, node);
    return node;
  })));
  return make("div", { className: "keyboard", role: "group" }, ...rows);
}

async function press(id, data, node) {
  if (node.ariaBusy === "true") return;
  pressed = id;
  node.ariaBusy = "true";
  setTimeout(() => { node.ariaBusy = null; }, 15_000);
  try {
    const { callback } = await post(`/api/chats/${me.id}/press`, { message: id, data, language });
    waiting.set(callback, node);
    if (answered.delete(callback)) settle(callback);
  } catch {
    node.ariaBusy = null;
    toast(word("failed"));
  }
}

function settle(callback) {
  const node = waiting.get(callback);
  if (!node) return void answered.add(callback);
  waiting.delete(callback);
  node.ariaBusy = null;
}

// ---------------------------------------------------------------- formatted text

const TAGS = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre" };

// Telegram's entities are ranges in UTF-16 units, which is what a JavaScript string counts; they nest, and never cross.
function formatted(text, entities) {
  const within = (from, to, list, linking) => {
    const nodes = [];
    const plain = (start, end) => nodes.push(...(linking ? linked(text.slice(start, end)) : [text.slice(start, end)]));
    let at = from;
    while (list.length) {
      const [entity, ...others] = list;
      const end = Math.min(entity.offset + entity.length, to);
      const still = linking && !["code", "pre", "text_link"].includes(entity.type);
      const inner = within(entity.offset, end, others.filter((other) => other.offset < end), still);
      plain(at, entity.offset);
      nodes.push(entityNode(entity, text.slice(entity.offset, end), inner));
      list = others.filter((other) => other.offset >= end);
      const block = entity.type === "pre" || entity.type.endsWith("blockquote");
      at = block && text[end] === "\n" ? end + 1 : end;  // a block ends its line by itself
    }
    plain(at, to);
    return nodes;
  };
  return within(0, text.length, [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length), true);
}

// Bare addresses are links too, without the punctuation that ends a sentence.
function linked(text) {
  const address = /(https?:\/\/[^\s<>"“”，。；、（）《》]*[^\s<>"“”，。；、（）《》.,;:!?)])/;
  return text.split(address).map((part, index) => (index % 2 ? linkNode(part, [part]) : part));
}

function entityNode(entity, content, children) {
  if (entity.type === "text_link") return linkNode(entity.url, children);
  if (entity.type === "bot_command") return commandNode(content);
  if (entity.type === "spoiler") return covered(make("span", { className: "spoiler covered" }, ...children));
  if (entity.type === "blockquote") return make("blockquote", {}, ...children);
  if (entity.type === "expandable_blockquote") return covered(make("blockquote", { className: "covered" }, ...children));
  return make(TAGS[entity.type] ?? "span", {}, ...children);
}

// Opens by a click or a key, once.
function covered(node) {
  const open = () => {
    node.classList.remove("covered");
    node.role = node.onclick = node.onkeydown = null;
    node.removeAttribute("tabindex");
  };
  node.role = "button";
  node.tabIndex = 0;
  node.onclick = open;
  node.onkeydown = (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); } };
  return node;
}

function commandNode(command) {
  const node = make("button", { type: "button", className: "command", textContent: command });
  node.onclick = () => say(command);
  return node;
}

function linkNode(address, children) {
  let url;
  try { url = new URL(address); } catch { return make("span", {}, ...children); }
  if (!["http:", "https:", "tg:", "mailto:"].includes(url.protocol)) return make("span", {}, ...children);
  const node = make("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, ...children);
  const invitation = ["t.me", "telegram.me"].includes(url.hostname) && url.pathname === `/${cast.bot}` && url.searchParams.get("start");
  if (invitation) node.onclick = (event) => { event.preventDefault(); openAs(invitation); };
  return node;
}

function openAs(payload) {
  $("choose-people").replaceChildren(...cast.people.map((person) => make("li", {}, personButton(person, async () => {
    $("choose").close();
    await inTurn(() => become(person));
    say(`/start ${payload}`);
  }))));
  $("choose").showModal();
}

// ---------------------------------------------------------------- writing

async function say(text) {
  refuse("");
  try {
    await post(`/api/chats/${me.id}/messages`, { text, language });
    return true;
  } catch {
    refuse(word("failed"));
    return false;
  }
}

async function submit() {
  const text = $("draft").value.trim();
  const something = attached;
  if (!text && !something) return;
  closeMenu();
  $("draft").value = "";
  grow();
  detach();
  const fits = text.length <= 1024;  // else too long for a caption, and a message of its own
  const sent = (!something || (await upload(something, fits ? text : ""))) && (!text || (something && fits) || (await say(text)));
  if (!sent) {
    const why = $("refusal").textContent;
    $("draft").value ||= text;
    if (something && !attached) attach(something.file, something.kind);
    refuse(why);
    grow();
  }
}

async function upload({ file, kind }, caption) {
  const query = new URLSearchParams({ name: file.name, caption, language });
  try {
    await ask(`/api/chats/${me.id}/${kind}?${query}`, { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
    return true;
  } catch {
    refuse(word("failed"));
    return false;
  }
}

const ICONS = { documents: "file", pictures: "photo", voices: "voice" };

async function attach(file, kind = "documents") {
  refuse("");
  if (file.size > cast.largest) return refuse(word("tooLarge", { name: file.name }));
  if (file.size === 0) return refuse(word("emptyFile", { name: file.name }));
  if (kind === "pictures" && !(await isPicture(file))) return refuse(word("noPicture", { name: file.name }));
  attached = { file, kind };
  $("attached-icon").setAttribute("href", `#i-${ICONS[kind]}`);
  $("attached-name").textContent = `${file.name} · ${bytes(file.size)}`;
  $("attached").hidden = false;
  grow();
  $("draft").focus();
}

// By its first bytes, as Telegram goes by content and not by name.
async function isPicture(file) {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return (first === 0x89 && second === 0x50) || (first === 0xff && second === 0xd8);
}

function detach() {
  attached = null;
  $("file").value = "";
  $("attached").hidden = true;
  grow();
}

function refuse(sentence) {
  $("refusal").textContent = sentence;
  $("refusal").hidden = !sentence;
}

function grow() {
  const draft = $("draft");
  draft.style.height = "auto";
  draft.style.height = `${draft.scrollHeight + 2}px`;
  $("send").disabled = !draft.value.trim() && !attached;
}

// ---------------------------------------------------------------- what can go with a message

const ACCEPTED = { documents: "", pictures: "image/png,image/jpeg", voices: "audio/*" };

function openKinds() {
  closeMenu();
  $("kinds").hidden = false;
  $("attach").ariaExpanded = "true";
  $("kinds").firstElementChild.focus();
}

function closeKinds() {
  $("kinds").hidden = true;
  $("attach").ariaExpanded = "false";
}

function pickKind(kind) {
  closeKinds();
  if (kind === "places") return openPlaces();
  picking = kind;
  $("file").accept = ACCEPTED[kind];
  $("file").click();
}

function kindsKey(event) {
  const items = [...$("kinds").children];
  const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    closeKinds();
    $("attach").focus();
  } else if (move) {
    event.preventDefault();
    items[(items.indexOf(document.activeElement) + move + items.length) % items.length].focus();
  }
}

function openPlaces() {
  $("place-list").replaceChildren(...cast.places.map((place) => {
    const node = make("button", { type: "button" }, icon("place"), place.name);
    node.onclick = () => sendPlace(place);
    return make("li", {}, node);
  }));
  $("place-at").value = "";
  $("place-at").placeholder = examplePlace();
  refusePlace("");
  $("place").showModal();
}

function examplePlace() {
  const [place] = cast.places;
  return place ? `${place.lat}, ${place.lon}` : "30.615, 112.735";
}

// Two numbers with a comma or a blank between them, also a Chinese one.
function typedPlace() {
  const numbers = $("place-at").value.trim().split(/\s*[,，\s]\s*/).map(Number);
  const [lat, lon] = numbers;
  const holds = numbers.length === 2 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180;
  holds ? sendPlace({ lat, lon }) : refusePlace(word("noPlace", { example: examplePlace() }));
}

function refusePlace(sentence) {
  $("place-refusal").textContent = sentence;
  $("place-refusal").hidden = !sentence;
}

async function sendPlace({ lat, lon }) {
  $("place").close();
  try {
    await post(`/api/chats/${me.id}/places`, { lat, lon, language });
  } catch {
    refuse(word("failed"));
  }
  $("draft").focus();
}

// ---------------------------------------------------------------- the bot's command menu

function menuOptions() {
  const typed = $("draft").value.startsWith("/") ? $("draft").value.slice(1).toLowerCase() : "";
  return commands.filter(({ command }) => command.startsWith(typed));
}

function showMenu() {
  const options = menuOptions().map(({ command, description }, index) => {
    const node = make("div", { className: "option", role: "option", id: `option-${index}`, ariaSelected: String(index === 0), dataset: { command } },
      make("strong", { textContent: `/${command}` }), make("span", { textContent: description }));
    node.onpointermove = () => choose(index);
    node.onclick = () => pick(command);
    return node;
  });
  $("menu").replaceChildren(...(options.length ? options : [make("p", { textContent: word("noCommands") })]));
  $("menu").hidden = false;
  $("open-menu").ariaExpanded = "true";
  choose(0);
}

async function openMenu() {
  showMenu();
  $("draft").focus();
  const fresh = await ask(`/api/chats/${me.id}/commands?language=${language}`);
  if (JSON.stringify(fresh) === JSON.stringify(commands)) return;
  commands = fresh;
  if (!$("menu").hidden) showMenu();
}

function closeMenu() {
  $("menu").hidden = true;
  $("open-menu").ariaExpanded = "false";
  $("draft").removeAttribute("aria-activedescendant");
}

function choose(index) {
  const options = [...$("menu").querySelectorAll(".option")];
  if (!options.length) return;
  const chosen = (index + options.length) % options.length;
  options.forEach((option, at) => { option.ariaSelected = String(at === chosen); });
  options[chosen].scrollIntoView({ block: "nearest" });
  $("draft").setAttribute("aria-activedescendant", options[chosen].id);
}

function pick(command) {
  closeMenu();
  $("draft").value = "";
  grow();
  say(`/${command}`);
  $("draft").focus();
}

// ---------------------------------------------------------------- what stands around the messages

function speak() {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const node of document.querySelectorAll("[data-words]")) node.textContent = word(node.dataset.words);
  for (const node of document.querySelectorAll("[data-label]")) {
    if (node.id === "theme") continue;
    node.ariaLabel = word(node.dataset.label);
    if (node.matches("button, a")) node.title = node.ariaLabel;
  }
  $("draft").placeholder = word("placeholder");
  for (const button of document.querySelectorAll("[data-language]")) button.ariaPressed = String(button.dataset.language === language);
  showTheme();
}

function showTheme() {
  const dark = document.documentElement.dataset.theme === "dark";
  $("theme").querySelector("use").setAttribute("href", dark ? "#i-sun" : "#i-moon");
  $("theme").ariaLabel = $("theme").title = word(dark ? "toLight" : "toDark");
}

function personButton(person, chosen) {
  const unread = person.id !== me.id && person.last && !person.last.mine && person.last.id > (seen[person.id] ?? 0);
  const last = person.last ? summary(person.last) : person.about[language];
  const button = make("button", { type: "button", onclick: chosen, dataset: { person: person.id } },
    avatar(person),
    make("span", {},
      make("span", { className: "name" }, make("strong", { textContent: person.name }), make("span", { className: "role", textContent: word(person.role) })),
      make("span", { className: "last", textContent: last })),
    make("span", { className: "end" }, person.last ? hour(person.last.date) : "",
      unread ? make("span", { className: "dot", role: "img", ariaLabel: word("unread") }) : null));
  if (person.id === me.id) button.setAttribute("aria-current", "true");
  return button;
}

function avatar(person) {
  return make("span", { className: "avatar", ariaHidden: "true", textContent: [...person.name][0], dataset: { role: person.role } });
}

function summary(message) {
  const text = message.text.split("\n", 1)[0] || message.document?.name || message.poll?.question
    || (message.place ? placeName(message.place) : word(message.voice ? "voice" : "picture"));
  return message.mine ? `${word("you")}: ${text}` : text;
}

function showPeople() {
  const focused = document.activeElement?.closest("#people button")?.dataset.person;
  $("people").replaceChildren(...cast.people.map((person) => make("li", {}, personButton(person, () => {
    closeSide();
    inTurn(() => become(person)).then(() => { if (!phone.matches) $("draft").focus(); });
  }))));
  if (focused) $("people").querySelector(`[data-person="${focused}"]`)?.focus();
  const unread = $("people").querySelector(".dot") !== null;
  $("who-dot").hidden = !unread;
  $("who").ariaLabel = word("peopleButton", { name: `${me.name}, ${word(me.role)}` }) + (unread ? ` (${word("unread")})` : "");
  $("who-name").textContent = me.name;
  $("who-talks").textContent = `${word(me.role)} · ${word("talksTo", { name: cast.title })}`;
  $("who-avatar").replaceWith(Object.assign(avatar(me), { id: "who-avatar" }));
}

function showWelcome() {
  $("welcome").hidden = messages.size > 0;
  $("welcome-name").textContent = `${me.name} · ${word(me.role)}`;
  $("welcome-about").textContent = me.about[language];
  $("welcome-avatar").textContent = [...me.name][0];
  $("welcome-avatar").dataset.role = me.role;
}

function showPinned(id) {
  const message = messages.get(id);
  $("pinned").hidden = !message;
  if (!message) return;
  $("pinned-text").textContent = summary(message);
  $("pinned").onclick = () => {
    const node = $(`message-${id}`);
    node.scrollIntoView({ block: "center", behavior: calm.matches ? "instant" : "smooth" });
    node.classList.remove("changed", "fresh");
    node.classList.add("found");
    setTimeout(() => node.classList.remove("found"), 1700);
  };
}

function showDoing() {
  const now = me && doing.get(me.id);
  const on = Boolean(now && now.until > Date.now());
  const words = on ? word(WORDS[language][now.action] ? now.action : "other") : "";
  if ($("doing").textContent !== words) $("doing").textContent = words;
  $("doing").classList.toggle("on", on);
}

function setClock(now) {
  const before = cast && dayKey(demoNow());
  clockAhead = now - Date.now();
  showClock();
  if (before !== dayKey(demoNow())) layDays();
}

function showClock() {
  const now = time(demoNow(), { weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  if ($("now").textContent !== now) $("now").textContent = now;
}

function layDays() {
  let previous = null;
  for (const message of [...messages.values()].sort((a, b) => a.id - b.id)) {
    const node = $(`message-${message.id}`);
    const sign = node.previousElementSibling?.matches(".day") ? node.previousElementSibling : null;
    if (dayKey(message.date) === previous) sign?.remove();
    else if (!sign) node.before(make("p", { className: "day", textContent: dayName(message.date) }));
    else if (sign.textContent !== dayName(message.date)) sign.textContent = dayName(message.date);
    previous = dayKey(message.date);
  }
  if ($("log").lastElementChild?.matches(".day")) $("log").lastElementChild.remove();
}

const watching = () => document.visibilityState === "visible";
const nearBottom = () => $("scroller").scrollHeight - $("scroller").scrollTop - $("scroller").clientHeight < 80;

const higherThanWindow = (node) => node.offsetHeight >= $("scroller").clientHeight;

function toBottom() {
  following = true;
  $("scroller").scrollTop = $("scroller").scrollHeight;
  $("latest").hidden = true;
}

function looked() {
  if (!watching()) return;
  document.title = cast.title;
  seen = JSON.parse(kept("seen"));  // another tab may have looked too
  seen[me.id] = Math.max(0, ...messages.keys());
  keep("seen", JSON.stringify(seen));
}

// A newest message that is higher than the window is read from its beginning.
function reveal(node) {
  const newest = node && node === $("log").lastElementChild;
  if (!newest || !higherThanWindow(node) || node.matches(".mine")) return toBottom();
  following = false;
  node.scrollIntoView({ block: "start" });
  $("latest").hidden = false;
}

let toastEnd;
function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("on");
  clearTimeout(toastEnd);
  toastEnd = setTimeout(() => $("toast").classList.remove("on"), 2200 + 45 * text.length);
}

function alertBox(text) {
  $("alert-text").textContent = text;
  if (!$("alert").open) $("alert").showModal();
}

function openSide() {
  $("side").classList.add("open");
  $("chat").inert = true;
  $("who").ariaExpanded = "true";
  $("people").querySelector("[aria-current]")?.focus();
}

function closeSide() {
  if (!$("side").classList.contains("open")) return;
  $("side").classList.remove("open");
  $("chat").inert = false;
  $("who").ariaExpanded = "false";
  $("who").focus();
}

// ---------------------------------------------------------------- hands and keys

function listen() {
  const draft = $("draft");
  $("composer").onsubmit = (event) => { event.preventDefault(); submit(); };
  draft.oninput = () => {
    grow();
    /^\/[a-z0-9_]*$/i.test(draft.value) ? ($("menu").hidden ? openMenu() : showMenu()) : closeMenu();
  };
  draft.onkeydown = writingKey;
  draft.onblur = () => setTimeout(() => { if (document.activeElement !== draft) closeMenu(); }, 150);
  $("open-menu").onpointerdown = (event) => event.preventDefault();
  $("open-menu").onclick = () => ($("menu").hidden ? openMenu() : closeMenu());
  $("menu").onpointerdown = (event) => event.preventDefault();
  $("attach").onpointerdown = (event) => event.preventDefault();
  $("attach").onclick = () => ($("kinds").hidden ? openKinds() : closeKinds());
  $("kinds").onkeydown = kindsKey;
  $("kinds").onfocusout = (event) => { if (!$("kinds").contains(event.relatedTarget)) closeKinds(); };
  for (const item of $("kinds").children) item.onclick = () => pickKind(item.dataset.kind);
  $("place-form").onsubmit = (event) => { event.preventDefault(); typedPlace(); };
  $("place-cancel").onclick = () => $("place").close();
  $("file").onchange = () => {
    if ($("file").files[0]) attach($("file").files[0], picking);
    picking = "documents";
  };
  $("detach").onclick = () => { detach(); draft.focus(); };
  $("start").onclick = () => { say("/start"); draft.focus(); };
  $("latest").onclick = () => { toBottom(); draft.focus(); };
  $("scroller").onscroll = () => {
    following = nearBottom();
    if (following) $("latest").hidden = true;
  };
  const sizes = new ResizeObserver(() => { if (following) toBottom(); });
  sizes.observe($("scroller"));
  sizes.observe($("log"));
  $("log").addEventListener("keydown", keyboardKey);
  $("who").onclick = openSide;
  $("side-close").onclick = closeSide;
  $("scrim").onclick = closeSide;
  $("viewer-image").onclick = () => $("viewer").close();
  $("theme").onclick = () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = theme;
    keep("theme", theme);
    showTheme();
  };
  darkSystem.onchange = () => {
    if (kept("theme")) return;
    document.documentElement.dataset.theme = darkSystem.matches ? "dark" : "light";
    showTheme();
  };
  for (const button of document.querySelectorAll("[data-language]")) {
    button.onclick = () => {
      language = button.dataset.language;
      keep("language", language);
      speak();
      inTurn(() => become(me));
    };
  }
  for (const button of document.querySelectorAll("[data-move]")) button.onclick = () => moveClock(button);
  document.addEventListener("visibilitychange", () => { if (me) { looked(); showPeople(); } });
  document.addEventListener("keydown", pageKey);
  window.addEventListener("hashchange", () => {
    const person = cast?.people.find(({ id }) => id === Number(location.hash.slice(1)));
    if (person && person.id !== me.id) inTurn(() => become(person));
  });
  listenForFiles();
}

function listenForFiles() {
  const chat = $("chat");
  const bringsFiles = (event) => event.dataTransfer?.types.includes("Files");
  chat.ondragover = (event) => { if (bringsFiles(event)) { event.preventDefault(); $("drop").hidden = false; } };
  chat.ondragleave = (event) => { if (!chat.contains(event.relatedTarget)) $("drop").hidden = true; };
  chat.ondrop = (event) => {
    if (!bringsFiles(event)) return;
    event.preventDefault();
    $("drop").hidden = true;
    const { files } = event.dataTransfer;
    files.length === 1 ? attach(files[0]) : refuse(word("oneFile"));
  };
  $("draft").onpaste = (event) => {
    const [file] = event.clipboardData.files;
    if (file) { event.preventDefault(); attach(file); }
  };
}

async function moveClock(button) {
  const buttons = document.querySelectorAll("[data-move]");
  buttons.forEach((other) => { other.disabled = true; });
  try {
    setClock((await post("/api/clock", { move: button.dataset.move })).now);
  } catch {
    toast(word("failed"));
  }
  buttons.forEach((other) => { other.disabled = false; });
  button.focus();
}

function writingKey(event) {
  if (event.isComposing) return;
  const menu = $("menu");
  if (!menu.hidden) {
    const chosen = menu.querySelector("[aria-selected=true]");
    const index = [...menu.children].indexOf(chosen);
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") { event.preventDefault(); return closeMenu(); }
    if (move && chosen) { event.preventDefault(); return choose(index + move); }
    if ((event.key === "Enter" || event.key === "Tab") && chosen) { event.preventDefault(); return pick(chosen.dataset.command); }
  }
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  } else if (event.key === "ArrowUp" && !event.target.value) {
    const keyboards = $("log").querySelectorAll(".keyboard");
    const first = keyboards[keyboards.length - 1]?.querySelector("button, a");
    if (first) { event.preventDefault(); first.focus(); }
  }
}

// Arrow keys walk through a message's buttons: along the row, and to the nearest one of the next row.
function keyboardKey(event) {
  const rows = [...(event.target.closest(".keyboard")?.children ?? [])].map((row) => [...row.children]);
  const y = rows.findIndex((row) => row.includes(event.target));
  if (y < 0) return;
  const x = rows[y].indexOf(event.target);
  const at = (row) => row && row[Math.min(row.length - 1, Math.floor(((x + 0.5) / rows[y].length) * row.length))];
  const next = { ArrowLeft: rows[y][x - 1], ArrowRight: rows[y][x + 1], ArrowUp: at(rows[y - 1]), ArrowDown: at(rows[y + 1]) ?? $("draft") }[event.key];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function pageKey(event) {
  const writing = event.target.matches("textarea, input");
  if (event.key === "Escape" && !document.querySelector("dialog[open]")) {
    closeSide();
    if (!writing) $("draft").focus();
  } else if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    $("draft").value = "/";
    grow();
    openMenu();
  }
}

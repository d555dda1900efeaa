// The start page: asks the API what anybody could ask, and shows the answers. Text only ever becomes text, never markup.

const KEY = "zerosum-key"; // kept by the browser until the tab is closed
const $ = (selector, root = document) => root.querySelector(selector);

async function ask(path, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = { ...options.headers, ...(key && { authorization: `Bearer ${key}` }) };
  const answer = await fetch(path, { ...options, headers });
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({ detail: answer.statusText }));
  throw Object.assign(new Error(problem.detail), { status: answer.status });
}

const json = async (path) => (await ask(path)).json();

function element(tag, text, className = "") {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

function say(text) {
  Object.assign($("#status"), { textContent: text, hidden: !text });
}

async function show(image, answer) {
  const old = image.src;
  image.src = URL.createObjectURL(await answer.blob()); // a plain src could not carry the key
  await image.decode();
  if (old.startsWith("blob:")) URL.revokeObjectURL(old);
}

function number(value) {
  return Number.isInteger(value) ? value.toLocaleString("en") : String(Number(value.toPrecision(3)));
}

function metricTile({ name, value, n, reference, floor }) {
  const tile = element("div", "", "metric");
  tile.append(element("b", number(value)), element("span", name));
  tile.append(element("span", `n = ${number(n)}, ref ${reference}${floor == null ? "" : `, floor ${number(floor)}`}`));
  return tile;
}

function minutes(seconds) {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

function made({ training, imported }) {
  if (imported) return `by others; converted from ${imported.package}`;
  return `${number(training.steps)} steps, ${minutes(training.seconds)} on ${training.hardware}`;
}

function facts({ data, training, imported, parameters, licence, limits }) {
  return {
    "Learned from": `${data.name}, ${number(data.images)} images (${data.licence})`,
    Training: made({ training, imported }),
    Size: `${number(parameters)} weights, licence ${licence}`,
    Limits: limits.join(" "),
  };
}

// A code of named values is chosen from a list, one that is a number is slid; "any" leaves it to the seed.
function picker({ name, values, low, high }) {
  const label = element("label", `${name} `);
  if (values.length) {
    const select = Object.assign(document.createElement("select"), { name: `code-${name}` });
    select.append(new Option("any", ""), ...values.map((value) => new Option(value, value)));
    label.append(select);
  } else {
    const slider = { name: `code-${name}`, type: "range", min: low, max: high, step: (high - low) / 20, value: 0 };
    label.append(Object.assign(document.createElement("input"), slider));
  }
  return label;
}

function chosen(form, codes) {
  const pairs = codes.map(({ name, values }) => {
    const { value } = form.elements[`code-${name}`];
    return [name, values.length ? value : Number(value)];
  });
  return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}

function withKey() {
  return sessionStorage.getItem(KEY) ? ['-H "authorization: Bearer $ZEROSUM_API_KEY"'] : [];
}

function curl(path, { model, ...rest }) {
  return [
    `curl -s ${location.origin}${path} -o ${model}.png`,
    ...withKey(),
    "-H 'content-type: application/json'",
    `-d '${JSON.stringify({ model, ...rest })}'`,
  ].join(" \\\n  ");
}

// Asks when the form is sent, and shows what comes: `send` asks, `words` tells what is seen.
function wireAsk(article, form, { send, words }) {
  async function run() {
    const [problem, picture] = [".problem", ".picture"].map((each) => $(each, article));
    const button = $(".primary", form);
    const start = performance.now();
    button.disabled = true;
    problem.hidden = true;
    picture.classList.add("busy");
    try {
      const { alt, caption } = words();
      const answer = await send();
      const took = Math.round(performance.now() - start);
      await show($(".shown", article), answer);
      picture.hidden = false;
      $(".columns", article).classList.remove("plain");
      $(".shown", article).alt = alt;
      $(".caption", article).textContent = `${caption}, in ${took} ms.`;
    } catch (error) {
      Object.assign(problem, { textContent: error.message, hidden: false });
    }
    button.disabled = false;
    picture.classList.remove("busy");
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); run(); });
  return run;
}

function wireGenerate(article, id, path, codes) {
  const form = $(".generate", article);
  const drawn = () => ({ model: id, num_images: Number(form.num_images.value), seed: Number(form.seed.value) });
  const read = () => (codes.length ? { ...drawn(), codes: chosen(form, codes) } : drawn());
  const refresh = () => { $(".command code", article).textContent = curl(path, read()); };
  $(".primary", form).before(...codes.map(picker));
  const headers = { "content-type": "application/json", accept: "image/png" };
  const generate = wireAsk(article, form, {
    send: () => ask(path, { method: "POST", headers, body: JSON.stringify(read()) }),
    words: () => ({
      alt: `${read().num_images} images that ${id} made of seed ${read().seed}`,
      caption: `${read().num_images} images of seed ${read().seed}`,
    }),
  });
  form.addEventListener("input", refresh);
  $(".dice", article).addEventListener("click", () => {
    form.seed.value = Math.floor(Math.random() * 1e6);
    refresh();
    if (form.reportValidity()) generate();
  });
  refresh();
}

// What a model makes of an image: what the button says, what can be asked for beside it, and under which name.
const LOOKS = {
  translator: { verb: "Translate", also: "and back again", field: ["include", "cycle"] },
  segmenter: { verb: "Segment", also: "over the image", field: ["overlay", "true"] },
};

function wireLook(article, id, path, { verb, also, field }, { directions, examples }) {
  const form = $(".look", article);
  const { image, example, direction, fit } = form.elements;
  const suited = [...examples].sort((a, b) => b.models.includes(id) - a.models.includes(id));
  example.append(...suited.map(({ name, title }) => new Option(title, name)));
  direction.append(...directions.map((each) => new Option(each.replaceAll("-", " "), each)));
  direction.parentElement.hidden = directions.length < 2;
  $(".primary", form).textContent = verb;
  $(".also span", form).textContent = also;
  $(".also", form).hidden = field[0] === "include" && directions.length < 2; // there is no way back

  const name = () => image.files[0]?.name ?? example.value;
  const fields = () => [
    ["model", id],
    ...(directions.length > 1 ? [["direction", direction.value]] : []),
    ["fit", fit.value],
    ...(form.elements.also.checked ? [field] : []),
  ];
  const refresh = () => {
    const fetched = [`curl -s ${location.origin}/v1/examples/${example.value} -o ${example.value}`, ...withKey()];
    const first = fetched.join(" ");
    const command = [
      `curl -s ${location.origin}${path} -o ${id}.png`,
      ...withKey(),
      ...fields().map(([key, value]) => `-F ${key}=${value}`),
      `-F 'image=@${name().replaceAll("'", "'\\''")}'`,
    ].join(" \\\n  ");
    $(".command code", article).textContent = image.files.length ? command : `${first}\n${command}`;
  };

  async function send() {
    const body = new FormData();
    for (const [key, value] of fields()) body.append(key, value);
    const file = image.files[0] ?? await (await ask(`/v1/examples/${example.value}`)).blob();
    body.append("image", file, name());
    return ask(path, { method: "POST", headers: { accept: "image/png" }, body });
  }

  wireAsk(article, form, {
    send,
    words: () => ({ alt: `What ${id} made of ${name()}`, caption: `What it made of ${name()}` }),
  });
  example.addEventListener("change", () => { image.value = ""; }); // the latest choice counts
  form.addEventListener("input", refresh);
  form.addEventListener("change", refresh);
  refresh();
}

function wireCopy(article) {
  const button = $(".copy", article);
  button.addEventListener("click", async () => {
    const code = $(".command code", article);
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
    } catch { // browsers lend the clipboard only to https and localhost
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
}

async function showModel({ id, capabilities, links }, card, { swagger, examples }) {
  const article = $("#model").content.firstElementChild.cloneNode(true);
  const { operations } = links;
  const operation = operations["conditional-sampler"] ?? operations.sampler ?? Object.values(operations)[0];
  article.id = id;
  $(".title", article).textContent = card.title;
  $(".use", article).textContent = card.intended_use;
  $(".tags", article).append(element("span", id, "id"), ...capabilities.map((name) => element("span", name)));
  const first = card.metrics.filter(({ name }, i, all) => all.findIndex((other) => other.name === name) === i);
  $(".metrics", article).append(...first.map(metricTile)); // a figure of more samples is in the card
  for (const [name, text] of Object.entries(facts(card))) {
    $(".facts", article).append(element("dt", name), element("dd", text));
  }
  $(".card", article).href = links.card;
  $(".sheet", article).hidden = !links.samples;
  if (links.samples) $(".sheet", article).href = links.samples;
  if (operation) $(".operation", article).href = swagger[operation] ?? "/docs";
  const generates = Boolean(operations.sampler);
  const looks = capabilities.find((name) => name in LOOKS);
  $(".generate", article).hidden = !generates;
  $(".look", article).hidden = !looks;
  $(".command", article).hidden = !generates && !looks;
  if (generates) wireGenerate(article, id, operation, card.codes);
  else if (looks) wireLook(article, id, operations[looks], LOOKS[looks], { directions: card.directions, examples });
  wireCopy(article);
  $(".picture", article).hidden = !links.samples;
  $(".columns", article).classList.toggle("plain", !links.samples && !generates && !looks);
  $("#models").append(article);
  if (links.samples) {
    $(".shown", article).alt = `Samples of ${card.title}`;
    $(".caption", article).textContent = "The sheet that was looked at before this checkpoint was shipped.";
    await show($(".shown", article), await ask(links.samples)).catch(() => { $(".picture", article).hidden = true; });
  }
}

async function anchors() { // where Swagger UI shows each POST
  const { paths } = await json("/openapi.json");
  const posts = Object.entries(paths).filter(([, { post }]) => post);
  return Object.fromEntries(posts.map(([path, { post }]) => [path, `/docs#/${post.tags[0]}/${post.operationId}`]));
}

async function load() {
  try {
    const [{ models, failed }, { examples }, swagger] = await Promise.all([json("/v1/models"), json("/v1/examples"), anchors()]);
    const cards = await Promise.all(models.map(({ links }) => json(links.card)));
    $("#unlock").hidden = true;
    say(models.length ? "" : "No model is served: put a checkpoint into the weights folder and start again.");
    const order = models.map((_, i) => i).sort((a, b) => makes(models[b]) - makes(models[a]));
    await Promise.all(order.map((i) => showModel(models[i], cards[i], { swagger, examples })));
    $("#failed").hidden = !failed.length;
    $("#failed ul").append(...failed.map(({ reason }) => element("li", reason)));
  } catch (error) {
    if (error.status === 401) {
      $("#unlock-problem").textContent = sessionStorage.getItem(KEY) ? error.message : "";
      $("#unlock").hidden = false;
    } else if (error.status === 503) {
      say("The models are being loaded…");
      setTimeout(load, 1000);
    } else {
      say(error.message);
    }
  }
}

function makes({ links }) { // what makes pictures comes first
  return links.operations.sampler ? 1 : 0;
}

// A link cannot carry the key, so with one the page fetches what the link names and shows that.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[href^='/v1/'], a[href='/metrics']");
  if (!link || !sessionStorage.getItem(KEY)) return;
  event.preventDefault();
  const answer = await ask(link.getAttribute("href")).catch(({ message }) => say(message));
  if (answer) location.href = URL.createObjectURL(await answer.blob());
});

$("#unlock").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, $("#key").value);
  load();
});
load();
